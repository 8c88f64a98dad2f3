import { addDays, type Day, dayAtOffset, dayIn, MS_PER_DAY, offsetMinutesOf } from '../day.ts';
import { showClock } from '../metrics.ts';
import type { SleepRecord } from '../sleep-record.ts';
import { instantOfWallTime, MINUTES_PER_DAY, minutesOfDay, shownAt } from '../wall-time.ts';

/** The nights of four weeks: each weekday four times, and a change of habit counts after two weeks. */
export const LEARNT_DAYS = 28;
/** With fewer nights, a single one could move the median by hours. */
const LEAST_NIGHTS = 5;
/** Seven o'clock, if too few nights are stored. */
const DEFAULT_MINUTES = 7 * 60;

const MS_PER_MINUTE = 60_000;

type Woken = Pick<SleepRecord, 'date' | 'bedtime_end'>;

/** A day of the sleeper, and when its morning begins. Instants in epoch ms. */
export interface Morning {
  readonly day: Day;
  /** The usual wake-up time. */
  readonly wakesAt: number;
  /** When the day ends. */
  readonly until: number;
}

/**
 * The median of the times (minutes) on a clock, which is a circle: it is cut where no time is, in the widest gap. Otherwise the
 * median of 23:50 and 00:10 would be noon. Of an even number, the earlier of the two in the middle.
 */
const medianOnClock = (times: readonly number[]): number => {
  const sorted = times.toSorted((one, other) => one - other);
  const last = (sorted.at(-1) ?? 0) - MINUTES_PER_DAY;
  const gaps = sorted.map((time, at) => time - (sorted[at - 1] ?? last));
  const start = gaps.indexOf(Math.max(...gaps));
  const turned = [...sorted.slice(start), ...sorted.slice(0, start)];
  return turned[Math.floor((turned.length - 1) / 2)] ?? DEFAULT_MINUTES;
};

/** When the sleeper usually wakes up, in minutes of the clock where that was. */
export const usualWakeUp = (nights: readonly Woken[]): number => {
  const times = nights.flatMap(({ bedtime_end }) =>
    bedtime_end === null ? [] : [minutesOfDay(bedtime_end)],
  );
  return times.length < LEAST_NIGHTS ? DEFAULT_MINUTES : medianOnClock(times);
};

/**
 * The day of the sleeper at the instant `now`. At home, where the clock of the newest night is that of `timeZone`, the day follows
 * the zone, and so its changes of the clock. Elsewhere it follows the clock of the newest night.
 * @param nights oldest first
 */
export const morningOf = (nights: readonly Woken[], timeZone: string, now: number): Morning => {
  const minutes = usualWakeUp(nights);
  const woken = nights.findLast(({ bedtime_end }) => bedtime_end !== null)?.bedtime_end;
  const offset = offsetMinutesOf(woken);
  if (!woken || offset === null || isOffsetOf(timeZone, woken, offset)) {
    const day = dayIn(timeZone, now);
    return {
      day,
      wakesAt: instantOfWallTime(timeZone, `${day}T${showClock(minutes)}:00`),
      until: instantOfWallTime(timeZone, `${addDays(day, 1)}T00:00:00`),
    };
  }
  const day = dayAtOffset(offset, now);
  const midnight = Date.parse(`${day}T00:00:00Z`) - offset * MS_PER_MINUTE;
  return { day, wakesAt: midnight + minutes * MS_PER_MINUTE, until: midnight + MS_PER_DAY };
};

const isOffsetOf = (timeZone: string, instant: string, offset: number): boolean => {
  const at = Math.floor(Date.parse(instant) / 1000) * 1000;
  return shownAt(timeZone, at) - at === offset * MS_PER_MINUTE;
};
