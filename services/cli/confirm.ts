import { createInterface } from 'node:readline/promises';
import { UsageError } from './usage-error.ts';

/**
 * Asks a question that only `y` or `yes` confirms; the end of the input and Ctrl-C do not. Throws a UsageError if standard
 * input is not a terminal.
 */
export const confirm = async (
  question: string,
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> => {
  if (!input.isTTY) throw new UsageError('Nothing was changed: to confirm without a terminal, add --yes.');
  const lines = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
    });
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
};
