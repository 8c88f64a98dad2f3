import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { isOneWord } from '../../../shared/oura/credentials/one-word.ts';
import { UsageError } from '../usage-error.ts';
import type { Application } from './authorization.ts';
import { ConnectFailed } from './connect-failed.ts';

/** Where questions are asked: a terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks one line. `hidden`: what is typed appears nowhere. */
const askLine = async (question: string, { input, output }: Terminal, hidden = false): Promise<string> => {
  if (hidden) output.write(question);
  // readline echoes into its output, and with `terminal` keeps the system from doing so.
  const lines = createInterface({
    input,
    output: hidden ? nowhere() : output,
    terminal: true,
    historySize: 0,
  });
  const ended = new Promise<never>((_resolve, reject) => {
    lines.once('close', () =>
      reject(new ConnectFailed('Nothing was connected: the question was not answered.')),
    );
  });
  try {
    return (await Promise.race([lines.question(hidden ? '' : question), ended])).trim();
  } catch (error: unknown) {
    throw error instanceof Error && error.name === 'AbortError'
      ? new ConnectFailed('Nothing was connected: stopped by Ctrl-C.')
      : error;
  } finally {
    ended.catch(() => {});
    lines.close();
    if (hidden) output.write('\n');
  }
};

const asked = async (
  name: string,
  held: string | undefined,
  terminal: Terminal,
  hidden: boolean,
): Promise<string> => {
  for (;;) {
    const keeps = held === undefined ? '' : hidden ? ', Enter keeps the stored one' : `, Enter keeps ${held}`;
    const line = await askLine(
      `${name}${hidden ? ' (not shown' : ''}${keeps}${hidden ? ')' : ''}: `,
      terminal,
      hidden,
    );
    if (line === '' && held !== undefined) return held;
    if (isOneWord(line)) return line;
    terminal.output.write(`It must be one word, as the portal shows it.\n`);
  }
};

/**
 * Client id and secret: from OURA_CLIENT_ID and OURA_CLIENT_SECRET, else asked for, where the stored ones are kept by Enter;
 * without a terminal the stored ones. Never from the command line, which everybody on the machine can read.
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
      'OURA_CLIENT_ID and OURA_CLIENT_SECRET must be one word each, as the portal shows them.',
    );
  }
  if (client_id || client_secret)
    throw new UsageError('Set both OURA_CLIENT_ID and OURA_CLIENT_SECRET, or neither to be asked for them.');
  if (!terminal.input.isTTY) {
    if (stored) return stored;
    throw new UsageError('There is no terminal to ask on: set OURA_CLIENT_ID and OURA_CLIENT_SECRET.');
  }
  const id = await asked('Client ID', stored?.client_id, terminal, false);
  const known = id === stored?.client_id ? stored.client_secret : undefined;
  return { client_id: id, client_secret: await asked('Client secret', known, terminal, true) };
};
