import { Console } from 'node:console';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** Where the functions' log lines and metrics go on one machine: standard output belongs to the user. */
export interface LogFile {
  readonly path: string;
  readonly console: Console;
  close(): Promise<void>;
}

/** Opens `<dataDir>/log.jsonl` for appending, readable by its owner only. */
export const openLogFile = (dataDir: string): LogFile => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'log.jsonl');
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  return {
    path,
    console: new Console({ stdout: stream, stderr: stream }),
    close: async () => {
      stream.end();
      await finished(stream);
    },
  };
};
