import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { number, object, string } from 'yup';
import { type Clock, iso } from '../../../shared/core/clock.ts';
import { MS_PER_DAY } from '../../../shared/core/day.ts';
import { systemCode, systemReason } from '../../../shared/core/system-reason.ts';
import { appendLines } from './append-lines.ts';
import { folderNote } from './folder-note.ts';

/** Lines that the log lacks, because it could not be written. */
export interface LogGap {
  /** ISO 8601, `null` if the record itself is damaged. */
  readonly since: string | null;
  readonly lines: number | null;
  /** Why the first line was lost. */
  readonly reason: string | null;
  /** When writing succeeded again, `null` if it has not yet. */
  readonly resumed: string | null;
}

const gapSchema = object({
  since: string().required(),
  lines: number().integer().required(),
  reason: string().required(),
  resumed: string().defined().nullable(),
})
  .strict()
  .required();

/** A hole that ended longer ago than this is history: the log shows it, and nothing needs to be done. */
const SHOWN_DAYS = 14;

const noteIn = (dataDir: string) => folderNote(dataDir, 'log-gap.json');

const UNKNOWN_GAP: LogGap = { since: null, lines: null, reason: null, resumed: null };

const storedGap = (dataDir: string): LogGap | undefined => {
  const text = noteIn(dataDir).read();
  if (text === undefined) return undefined;
  try {
    return gapSchema.validateSync(JSON.parse(text));
  } catch {
    return UNKNOWN_GAP;
  }
};

/** The newest hole in the log of a data folder; undefined if there is none, or it ended long ago. @param now epoch ms */
export const readLogGap = (dataDir: string, now: number): LogGap | undefined => {
  const gap = storedGap(dataDir);
  const isOld = typeof gap?.resumed === 'string' && now - Date.parse(gap.resumed) > SHOWN_DAYS * MS_PER_DAY;
  return isOld ? undefined : gap;
};

/** About two years of daily runs. Only one older file is kept. */
const LONGEST_BYTES = 10_000_000;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const countLines = (text: Uint8Array): number => Buffer.from(text).toString('latin1').split('\n').length - 1;

/** The limit of `ulimit -f`. A file that has reached it cannot grow, but another one can. */
const isTooLarge = (error: unknown): boolean => systemCode(error) === 'EFBIG';

/** `<dataDir>/log.jsonl`. A file larger than 10 MB replaces `log.1.jsonl`. */
export class LogLines {
  readonly path: string;
  private readonly dataDir: string;
  private readonly clock: Clock;
  private gap: LogGap | undefined;

  constructor(dataDir: string, clock: Clock) {
    this.path = join(dataDir, 'log.jsonl');
    this.dataDir = dataDir;
    this.clock = clock;
    // The process that lost the lines may have ended before it could write again.
    const stored = storedGap(dataDir);
    if (stored?.resumed === null) this.gap = stored;
  }

  /** Appends lines. If that fails, they are lost and counted, and the next ones are tried again. */
  append(lines: Uint8Array): void {
    try {
      if (sizeOf(this.path) > LONGEST_BYTES) this.rotate();
      this.write(lines);
    } catch (error: unknown) {
      this.lose(lines, error);
      return;
    }
    if (this.gap) this.record({ ...this.gap, resumed: iso(this.clock.now()) });
  }

  private write(lines: Uint8Array): void {
    try {
      appendLines(this.path, lines);
    } catch (error: unknown) {
      if (!isTooLarge(error) || sizeOf(this.path) === 0) throw error;
      this.rotate();
      appendLines(this.path, lines);
    }
  }

  private rotate(): void {
    renameSync(this.path, join(this.dataDir, 'log.1.jsonl'));
  }

  private lose(text: Uint8Array, error: unknown): void {
    const isFirst = this.gap === undefined;
    const { since, lines, reason } = this.gap ?? {
      since: iso(this.clock.now()),
      lines: 0,
      reason: systemReason(error),
    };
    this.gap = { since, lines: (lines ?? 0) + countLines(text), reason, resumed: null };
    // Often there is room for the record, where there is none for the lines.
    if (isFirst) this.record(this.gap);
  }

  /** Writes the record. As long as that fails, each line that is written tries again. */
  private record(gap: LogGap): void {
    const { since, lines, reason, resumed } = gap;
    const known = {
      since: since ?? iso(this.clock.now()),
      lines: lines ?? 0,
      reason: reason ?? 'unknown',
      resumed,
    };
    try {
      noteIn(this.dataDir).write(JSON.stringify(known));
      if (resumed !== null) this.gap = undefined;
    } catch {
      // The folder cannot be written at all. The gap stays in memory.
    }
  }

  /** Records what was lost so far. Returns it if it is not in the folder. */
  end(): LogGap | undefined {
    if (this.gap) this.record(this.gap);
    return storedGap(this.dataDir)?.lines === this.gap?.lines ? undefined : this.gap;
  }
}
