import type { Day } from '../../../shared/core/day.ts';
import { preferences } from './preferences.ts';
import { clockText } from './units.ts';

export const NONE = '–';

/** A day's position on a chart's axis. Days have no time zone, so this uses midnight UTC. */
export const dayDate = (day: Day): Date => new Date(`${day}T00:00:00Z`);

const longDay = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** `2026-11-16` as `Mon, 16 Nov 2026`. */
export const showDay = (day: Day): string => longDay.format(dayDate(day));

/** Formats an instant in the sleeper's time zone: `Mon 23 Nov, 12:00 GMT-8`. */
export const showInstant = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: preferences().clock === '12' ? 'numeric' : '2-digit',
    minute: '2-digit',
    hourCycle: preferences().clock === '12' ? 'h12' : 'h23',
    // Only needed if it differs from the time zone of the browser.
    ...(timeZone !== Intl.DateTimeFormat().resolvedOptions().timeZone && { timeZoneName: 'short' }),
  }).format(new Date(iso));

/** The sleeper's wall-clock time: `2026-03-09T23:10:00+02:00` as `23:10`, or as `11:10 pm`. */
export const wallClock = (iso: string | null): string => (iso === null ? NONE : clockText(iso.slice(11, 16)));

/** The time in bed on the wall clock: `23:10–06:45`, or `11:10 pm–6:45 am`. */
export const showInBed = (night: { bedtime_start: string | null; bedtime_end: string | null }): string =>
  night.bedtime_start ? `${wallClock(night.bedtime_start)}–${wallClock(night.bedtime_end)}` : NONE;

/** Formats a duration in seconds or minutes. */
export const showSpan = (from: string, to: string): string => {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  return seconds < 120 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${Math.round(seconds / 60)} min`;
};
