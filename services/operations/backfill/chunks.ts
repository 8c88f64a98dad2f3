import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { MOST_DATES } from '../../../shared/core/messages.ts';

/** The dates of one run of a backfill: every open date from `from` to `to`, inclusive. */
export interface Chunk {
  readonly from: Day;
  readonly to: Day;
  /** The number of open dates. */
  readonly dates: number;
}

/**
 * Splits the open dates into runs, the newest first, because people look at those first. SQS decides the order within a run.
 * Settled dates in between count too: the planner decides which dates of a range are open, and may find more than these.
 * @param open the dates to request, in any order, each once
 * @param underWay dates of other running runs: no chunk spans one
 */
export const chunksOf = (
  open: readonly Day[],
  underWay: ReadonlySet<Day>,
  most: number = MOST_DATES,
): Chunk[] => {
  const chunks: Chunk[] = [];
  let current: Chunk | undefined;
  for (const date of [...open, ...underWay].sort().reverse()) {
    if (underWay.has(date)) {
      current = undefined;
      continue;
    }
    if (current && daysBetween(date, current.to) < most) {
      current = { ...current, from: date, dates: current.dates + 1 };
      chunks[chunks.length - 1] = current;
    } else {
      current = { from: date, to: date, dates: 1 };
      chunks.push(current);
    }
  }
  return chunks;
};
