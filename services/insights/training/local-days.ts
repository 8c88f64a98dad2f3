import { type Day, dayAtOffset, dayIn, offsetMinutesOf } from '../../../shared/core/day.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';

/** Farther from a bedtime (ms), the ring's clock is unknown: the sleeper can have travelled, or the clocks can have changed. */
const NEAR_MS = 48 * 3600_000;

/** An instant at which the ring's offset (minutes east of UTC) is known. */
interface Known {
  readonly at: number;
  readonly offset: number;
}

/** Returns the offset of the user's clock at an instant (epoch ms), minutes east of UTC; `undefined` if it is unknown. */
export type OffsetAt = (epochMs: number) => number | undefined;

/**
 * The offset of the last bedtime before an instant, else of the first one after it. The ring writes bedtimes with the offset of
 * the user's phone. A later night does not decide if there is an earlier one, so what it adds never moves an earlier workout.
 */
export const ringOffsets = (
  nights: readonly Pick<NightMetrics, 'bedtime_start' | 'bedtime_end'>[],
): OffsetAt => {
  const known = nights
    .flatMap(({ bedtime_start, bedtime_end }) => [bedtime_start, bedtime_end])
    .flatMap((bedtime): Known[] => {
      const offset = offsetMinutesOf(bedtime);
      return bedtime === null || offset === null ? [] : [{ at: Date.parse(bedtime), offset }];
    })
    .sort((one, other) => one.at - other.at);
  return (instant) => {
    let [low, high] = [0, known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((known[middle]?.at ?? 0) <= instant) low = middle + 1;
      else high = middle;
    }
    const isNear = (each: Known | undefined): boolean =>
      Math.abs((each?.at ?? Number.POSITIVE_INFINITY) - instant) <= NEAR_MS;
    return [known[low - 1], known[low]].find(isNear)?.offset;
  };
};

/** Returns the user's date at an instant (epoch ms). */
export type LocalDay = (epochMs: number) => Day;

/** The date by the ring's clock, so that training while travelling has the date that the user saw; else the date in `timeZone`. */
export const localDays =
  (offsetAt: OffsetAt, timeZone: string): LocalDay =>
  (instant) => {
    const offset = offsetAt(instant);
    return offset === undefined ? dayIn(timeZone, instant) : dayAtOffset(offset, instant);
  };
