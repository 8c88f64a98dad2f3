import { Console } from 'node:console';
import { appendFile } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** Where the functions' log lines and metrics go on one machine: standard output belongs to the user. */
export interface LogFile {
  readonly path: string;
  readonly console: Console;
  /** Resolves when every line is on disk. */
  close(): Promise<void>;
}

/** `<dataDir>/log.jsonl`, readable by its owner only; made with its first line, once the folder is there. */
export const openLogFile = (dataDir: string): LogFile => {
  const path = join(dataDir, 'log.jsonl');
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => appendFile(path, chunk, { mode: 0o600 }, done),
  });
  return {
    path,
    console: new Console({ stdout: stream, stderr: stream }),
    // An invocation that outlived its timeout may still log after this: its lines are lost, and nothing else.
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
};
