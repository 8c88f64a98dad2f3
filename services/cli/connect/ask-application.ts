import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import { UsageError } from '../usage-error.ts';
import type { Application } from './authorization.ts';
import { ConnectFailed } from './connect-failed.ts';

/** The terminal that shows the questions. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks for one line. @param hidden whether to hide the typed text */
const askLine = async (question: string, { input, output }: Terminal, hidden = false): Promise<string> => {
  if (hidden) output.write(question);
  // With `terminal`, readline echoes into its output instead of the system.
  const lines = createInterface({
    input,
    output: hidden ? nowhere() : output,
    terminal: true,
    historySize: 0,
  });
  const ended = new Promise<never>((_resolve, reject) => {
    lines.once('close', () => reject(new ConnectFailed('Not connected: the question was not answered.')));
  });
  try {
    return (await Promise.race([lines.question(hidden ? '' : question), ended])).trim();
  } catch (error: unknown) {
    throw error instanceof Error && error.name === 'AbortError'
      ? new ConnectFailed('Not connected: stopped by Ctrl-C.')
      : error;
  } finally {
    ended.catch(() => {});
    lines.close();
    if (hidden) output.write('\n');
  }
};

/** Asks until the answer is one word. An empty answer keeps `stored`. */
const askWord = async (
  question: string,
  stored: string | undefined,
  terminal: Terminal,
  hidden = false,
): Promise<string> => {
  for (;;) {
    const line = await askLine(question, terminal, hidden);
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
