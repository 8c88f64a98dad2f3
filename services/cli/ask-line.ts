import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** The terminal that shows the questions. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

export interface Question {
  /** Hides the typed text. */
  readonly hidden?: boolean;
  /** Withdraws the question. @default never */
  readonly signal?: AbortSignal;
  /** The error if the input ends or Ctrl-C is pressed. */
  readonly stopped: (how: string) => Error;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks for one line. Throws `stopped` if there is no answer. */
export const askLine = async (
  question: string,
  { input, output }: Terminal,
  { hidden = false, signal, stopped }: Question,
): Promise<string> => {
  if (hidden) output.write(question);
  // With `terminal`, readline echoes into its output instead of the system.
  const lines = createInterface({
    input,
    output: hidden ? nowhere() : output,
    terminal: true,
    historySize: 0,
  });
  const ended = new Promise<never>((_resolve, reject) => {
    lines.once('close', () => reject(stopped('the question was not answered')));
  });
  try {
    return (
      await Promise.race([lines.question(hidden ? '' : question, { ...(signal && { signal }) }), ended])
    ).trim();
  } catch (error: unknown) {
    throw error instanceof Error && error.name === 'AbortError' ? stopped('stopped by Ctrl-C') : error;
  } finally {
    ended.catch(() => {});
    lines.close();
    if (hidden) output.write('\n');
  }
};
