import { instantShowing, shownAt } from '../wall-time.ts';
import type { CronFields } from './cron-fields.ts';
import { InvalidSchedule } from './errors.ts';
import { parseSchedule, type Schedule } from './parse-schedule.ts';

const DAY_MS = 86_400_000;

/** The wall times of a cron expression from the day of `from` on, in order. They are in epoch ms, as if the zone were UTC. */
function* wallTimes(fields: CronFields, from: number): Generator<number> {
  const { minutes, hours, months, years, isRunDay } = fields;
  const end = Date.UTC(Math.max(...years) + 1, 0);
  for (let midnight = Math.floor(from / DAY_MS) * DAY_MS; midnight < end; midnight += DAY_MS) {
    const date = new Date(midnight);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
    if (!years.includes(year) || !months.includes(month)) continue;
    const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
    if (!isRunDay({ day: date.getUTCDate(), weekday: date.getUTCDay() + 1, daysInMonth })) continue;
    for (const hour of hours) {
      for (const minute of minutes) yield midnight + (hour * 60 + minute) * 60_000;
    }
  }
}

/**
 * The instant at which a cron expression next runs after `after`. A wall time that a clock change skips does not run.
 * A wall time that occurs twice runs only the first time, so nothing runs in the repeated hour.
 */
const nextCronRun = (fields: CronFields, timeZone: string, after: number): number | undefined => {
  for (const wallTime of wallTimes(fields, shownAt(timeZone, after))) {
    const instant = instantShowing(timeZone, wallTime);
    if (instant !== undefined && instant > after) return instant;
  }
  return undefined;
};

/**
 * When a schedule next runs after `after`; undefined if it never does. A rate counts from `start`: without it, the
 * times of the rate are unknown. All in epoch milliseconds.
 */
export const nextRun = (
  schedule: Schedule,
  timeZone: string,
  after: number,
  start?: number,
): number | undefined => {
  if (schedule.kind === 'cron') return nextCronRun(schedule.fields, timeZone, after);
  if (schedule.kind === 'rate') {
    if (start === undefined) return undefined;
    const { everyMs } = schedule;
    return start + (Math.floor((after - start) / everyMs) + 1) * everyMs;
  }
  const instant = instantShowing(timeZone, Date.parse(`${schedule.wallTime}Z`));
  return instant !== undefined && instant > after ? instant : undefined;
};

/**
 * The next run of an existing schedule. Undefined if it is unknown: for a rate, and for an expression that this version
 * does not support, because the user or another version may have written it.
 */
export const nextRunOf = (expression: string, timeZone: string, after: number): Date | undefined => {
  try {
    const next = nextRun(parseSchedule(expression), timeZone, after);
    return next === undefined ? undefined : new Date(next);
  } catch (error: unknown) {
    if (error instanceof InvalidSchedule) return undefined;
    throw error;
  }
};
