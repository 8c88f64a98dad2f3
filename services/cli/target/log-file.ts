import { Console } from 'node:console';
import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** The log lines and metrics of the local functions: standard output belongs to the user. */
export interface LogFile {
  readonly path: string;
  readonly console: Console;
  /** Resolves when every line is on disk. */
  close(): Promise<void>;
}

/** About two years of daily runs. Only one older file is kept. */
const LONGEST_BYTES = 10_000_000;

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * Opens `<dataDir>/log.jsonl`, which only its owner can read. The first line creates it, since the folder may not exist yet.
 * A file larger than 10 MB replaces `log.1.jsonl`.
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
    // An invocation that outlives its timeout may log after this. Only its lines are lost.
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
};
