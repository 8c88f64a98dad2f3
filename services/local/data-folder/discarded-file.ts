import { join, resolve } from 'node:path';
import { appendLines } from './append-lines.ts';
import { makeFolder } from './make-folder.ts';

/** A file for messages that a command removes from a queue: one JSON value per line. */
export interface DiscardedFile {
  readonly path: string;
  /** Appends `values`. After it returns, they survive a crash of the machine. */
  append(values: readonly object[]): void;
}

/** @param instant ISO 8601, for the name of the file */
export const discardedFile = (dataDir: string, instant: string): DiscardedFile => {
  const folder = join(dataDir, 'discarded');
  const path = join(folder, `${instant.replaceAll(':', '-')}.jsonl`);
  return {
    path,
    append: (values) => {
      makeFolder(resolve(folder));
      appendLines(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''), true);
    },
  };
};
