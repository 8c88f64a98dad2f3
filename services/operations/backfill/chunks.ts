import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { BATCH_DATES, MOST_DATES } from '../../../shared/core/messages.ts';

/**
 * Dates per run of a backfill: two full batches of the worker (the setting batchSize), each its
 * own window, fetched at the same time. With more dates, SQS delivers the first batch while the planner still sends, and a
 * partial batch costs another window. Also:
 * - A daily run waits for the messages queued before it: 1,300 dates settle in about seven seconds on one machine.
 * - Each settled window rewrites the run's item, at one write unit per KB: 1,300 dates of 11 bytes are 15 units. One item for
 *   forty years would cost eleven times as much, and take half of DynamoDB's limit of 400 KB.
 * Smaller runs cost more: each takes a request, three state transitions, and the seconds in which SQS gathers its batches.
 */
export const CHUNK_DATES = 2 * BATCH_DATES;

/** The dates of one run of a backfill: every open date from `from` to `to`, inclusive. */
export interface Chunk {
  readonly from: Day;
  readonly to: Day;
  /** The number of open dates. */
  readonly dates: number;
}

/**
 * Splits the open dates into runs, the newest first, because people look at those first. SQS decides the order within a run.
 * @param open the dates to request, in any order, each once
 * @param underWay dates of other running runs: no chunk spans one
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
