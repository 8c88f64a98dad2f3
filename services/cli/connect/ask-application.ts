import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import { askLine, type Terminal } from '../ask-line.ts';
import { UsageError } from '../usage-error.ts';
import type { Application } from './authorization.ts';
import { ConnectFailed } from './connect-failed.ts';

const stopped = (how: string) => new ConnectFailed(`Not connected: ${how}.`);

/** Asks until the answer is one word. An empty answer keeps `stored`. */
const askWord = async (
  question: string,
  stored: string | undefined,
  terminal: Terminal,
  hidden = false,
): Promise<string> => {
  for (;;) {
    const line = await askLine(question, terminal, { hidden, stopped });
    if (line === '' && stored !== undefined) return stored;
    if (isOneWord(line)) return line;
    terminal.output.write('It must be one word, as shown in the portal.\n');
  }
};

/**
 * Reads client ID and secret from OURA_CLIENT_ID and OURA_CLIENT_SECRET, else asks for them. Without a terminal it uses the
 * stored ones. It never reads them from the command line, which every user of the machine can see.
 */
export const askApplication = async (
  env: NodeJS.ProcessEnv,
  stored: Application | undefined,
  terminal: Terminal,
): Promise<Application> => {
  const client_id = env['OURA_CLIENT_ID']?.trim();
  const client_secret = env['OURA_CLIENT_SECRET']?.trim();
  if (client_id && client_secret) {
    if (isOneWord(client_id) && isOneWord(client_secret)) return { client_id, client_secret };
    throw new UsageError(
      'OURA_CLIENT_ID and OURA_CLIENT_SECRET must be one word each, as shown in the portal.',
    );
  }
  if (client_id || client_secret)
    throw new UsageError('Set both OURA_CLIENT_ID and OURA_CLIENT_SECRET, or neither to enter them here.');
  if (!terminal.input.isTTY) {
    if (stored) return stored;
    throw new UsageError('There is no terminal: set OURA_CLIENT_ID and OURA_CLIENT_SECRET.');
  }
  const storedId = stored?.client_id;
  const id = await askWord(
    `Client ID${storedId === undefined ? '' : `, Enter keeps ${storedId}`}: `,
    storedId,
    terminal,
  );
  const secret = id === storedId ? stored?.client_secret : undefined;
  const question = `Client secret (not shown${secret === undefined ? '' : ', Enter keeps the stored one'}): `;
  return { client_id: id, client_secret: await askWord(question, secret, terminal, true) };
};
