import { Console } from 'node:console';
import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** Where the functions' log lines and metrics go on one machine: standard output belongs to the user. */
export interface LogFile {
  readonly path: string;
  readonly console: Console;
  /** Resolves when every line is on disk. */
  close(): Promise<void>;
}

/** Some two years of daily runs: what is older than the file before this one is nobody's question any more. */
const LONGEST_BYTES = 10_000_000;

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * `<dataDir>/log.jsonl`, readable by its owner only; made with its first line, once the folder is there. A file that has
 * grown beyond 10 MB becomes `log.1.jsonl`, in place of the one before.
 */
export const openLogFile = (dataDir: string): LogFile => {
  const path = join(dataDir, 'log.jsonl');
  const append = async (chunk: Buffer): Promise<void> => {
    if ((await sizeOf(path)) > LONGEST_BYTES) await rename(path, join(dataDir, 'log.1.jsonl'));
    await appendFile(path, chunk, { mode: 0o600 });
  };
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      append(chunk).then(() => done(), done);
    },
  });
  return {
    path,
    console: new Console({ stdout: stream, stderr: stream }),
    // An invocation that outlived its timeout may still log after this: its lines are lost, and nothing else.
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
};
