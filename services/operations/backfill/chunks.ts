import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { BATCH_DATES, MOST_DATES } from '../../../shared/core/messages.ts';

/**
 * Dates that one run of a backfill asks for; the runs follow each other. Two full batches of the worker (the setting
 * batchSize), each a window of its own, fetched at the same time. With more, SQS hands out the first batch while the planner
 * still sends, and what is cut short costs a window more. Besides:
 * - A daily run waits for what is queued before it: 1,300 dates settle in about seven seconds on one machine.
 * - Each window that settles rewrites the run's item, a write unit per KB: 1,300 dates of 11 bytes are 15 units. One item for
 *   forty years would cost eleven times as much (and take half of the 400 KB that DynamoDB allows).
 * Fewer cost more: each run takes a request, three state transitions, and the seconds in which SQS gathers its batches. Two runs
 * at once would fill that wait, but then batches are cut short and hold dates of both.
 * Ten years of a forgetful ring took 33 to 38 requests and 17 to 21 s this way, 32 to 47 and 17 to 26 s in runs of 1,950
 * (measured 2026-11-23 on two processors, others at work beside it).
 */
export const CHUNK_DATES = 2 * BATCH_DATES;

/** What one run of a backfill asks for: every open date from `from` to `to`, both included. */
export interface Chunk {
  readonly from: Day;
  readonly to: Day;
  /** How many open dates that are. */
  readonly dates: number;
}

/**
 * The runs of a backfill, the one of the newest dates first: they are what people look at first. Within a run the dates come in
 * whatever order SQS hands them out.
 * @param open the dates to ask for, in any order, each once
 * @param underWay dates that other runs are asking for: no chunk spans one
 */
export const chunksOf = (
  open: readonly Day[],
  underWay: ReadonlySet<Day>,
  most: number = CHUNK_DATES,
): Chunk[] => {
  const chunks: Chunk[] = [];
  let current: Chunk | undefined;
  for (const date of [...open, ...underWay].sort().reverse()) {
    if (underWay.has(date)) {
      current = undefined;
      continue;
    }
    const joins = current && current.dates < most && daysBetween(date, current.to) < MOST_DATES;
    if (current && joins) {
      current = { ...current, from: date, dates: current.dates + 1 };
      chunks[chunks.length - 1] = current;
    } else {
      current = { from: date, to: date, dates: 1 };
      chunks.push(current);
    }
  }
  return chunks;
};
