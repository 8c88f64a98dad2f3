import { MS_PER_DAY } from '../../../shared/core/day.ts';
import type { DatedNight } from './metric-values.ts';

/**
 * Finds the night before an instant (epoch ms), such as the first set of a workout: the last night that ended by then, at most
 * 24 h earlier. `undefined` without one. A night that has not ended is none.
 */
export const nightBefore = (nights: readonly DatedNight[], instant: number): DatedNight | undefined => {
  let last: DatedNight | undefined;
  let end = instant - MS_PER_DAY;
  for (const night of nights) {
    if (night.ended_at === null || night.ended_at <= end || night.ended_at > instant) continue;
    last = night;
    end = night.ended_at;
  }
  return last;
};

/** Seconds asleep in naps from the end of the night before an instant until then; null without a night before it. */
export const napsBefore = (nights: readonly DatedNight[], instant: number): number | null => {
  const awakeSince = nightBefore(nights, instant)?.ended_at;
  if (awakeSince == null) return null;
  let seconds = 0;
  // A late nap has the date of the next day.
  for (const { naps } of nights)
    for (const nap of naps) if (nap.ended_at > awakeSince && nap.ended_at <= instant) seconds += nap.seconds;
  return seconds;
};
