import { Console } from 'node:console';
import { PassThrough } from 'node:stream';

/** The log, including metrics (EMF). Each line is one JSON object. */
export interface TestLog {
  readonly console: Console;
  text(): string;
  lines(): Record<string, unknown>[];
}

export const testLog = (): TestLog => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { console: new Console(stream), text: () => text, lines };
};
