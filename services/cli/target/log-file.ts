import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Clock } from '../../../shared/core/clock.ts';
import { plural } from '../../../shared/core/text.ts';
import { LogLines } from '../../local/data-folder/log-lines.ts';
import { printError } from '../print/write.ts';

/** The log lines and metrics of the local functions: standard output belongs to the user. */
export interface LogFile {
  readonly path: string;
  readonly console: Console;
  /** Resolves when every line is written, or known to be lost. */
  close(): Promise<void>;
}

/**
 * Opens `<dataDir>/log.jsonl`, which only its owner can read. The first line creates it, since the folder may not exist yet.
 * A line that cannot be written is lost and counted (log-gap.json), and the next one is tried again.
 */
export const openLogFile = (dataDir: string, clock: Clock): LogFile => {
  const lines = new LogLines(dataDir, clock);
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.append(chunk);
      done();
    },
  });
  return {
    path: lines.path,
    console: new Console({ stdout: stream, stderr: stream }),
    // An invocation that outlives its timeout may log after this. Only its lines are lost.
    close: async () => {
      await new Promise<void>((resolve) => stream.end(() => resolve()));
      const lost = lines.end();
      if (lost)
        printError(
          `The log ${lines.path} lacks ${plural(lost.lines ?? 0, 'line')} since ${lost.since}: ${lost.reason}.`,
        );
    },
  };
};
