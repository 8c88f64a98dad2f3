import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Terminal } from '../../services/cli/ask-line.ts';

export interface TypedTerminal {
  readonly terminal: Terminal;
  /** Everything that the terminal showed. */
  shown(): string;
}

/** A terminal at which a user types one of `lines` after each text that matches `question`, and then ends the input. */
export const typedTerminal = (question: RegExp, ...lines: string[]): TypedTerminal => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let shown = '';
  output.on('data', async (chunk: Buffer) => {
    shown += chunk;
    if (!question.test(String(chunk))) return;
    await setImmediate();
    const line = lines.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return { terminal: { input, output }, shown: () => shown };
};
