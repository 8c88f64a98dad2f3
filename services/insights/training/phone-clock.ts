import { MS_PER_DAY } from '../../../shared/core/day.ts';
import { instantOfWallTime, shownAt } from '../../../shared/core/wall-time.ts';
import type { OffsetAt } from './local-days.ts';

const MS_PER_MINUTE = 60_000;

/**
 * The instant (epoch ms) at which the user's phone showed `YYYY-MM-DDTHH:MM:SS`: by the ring's offset of that day if the user was
 * in another zone than `timeZone`, else in `timeZone`, which knows when the clocks changed.
 */
export const phoneClock =
  (offsetAt: OffsetAt, timeZone: string) =>
  (wallTime: string): number => {
    const inZone = instantOfWallTime(timeZone, wallTime);
    const offset = offsetAt(inZone);
    const offsetInZone = (instant: number): number => (shownAt(timeZone, instant) - instant) / MS_PER_MINUTE;
    const atHome = [inZone - MS_PER_DAY, inZone + MS_PER_DAY].map(offsetInZone);
    if (offset === undefined || atHome.includes(offset)) return inZone;
    return Date.parse(`${wallTime}Z`) - offset * MS_PER_MINUTE;
  };
