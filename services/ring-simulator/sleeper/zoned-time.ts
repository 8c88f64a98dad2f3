import { type Day, daysBetween, MS_PER_DAY } from '../../../shared/core/day.ts';
import { shownAt } from '../../../shared/core/wall-time.ts';

const MS_PER_MINUTE = 60_000;

/** Wall-clock time in one IANA time zone. Instants are epoch milliseconds, offsets are milliseconds east of UTC. */
export interface ZonedTime {
  /** The offset in force at `instant`. */
  offsetAt(instant: number): number;
  /**
   * Returns the instant at which the wall clock shows `minutes` after the first midnight of `day` (negative: the evening
   * before). A time that a clock change skips moves past the gap. For a time that occurs twice, the first one is used.
   */
  instantOf(day: Day, minutes: number): number;
  /** `2026-03-09T23:10:00+02:00`, as Oura writes bedtimes. */
  bedtime(instant: number): string;
  /** `2026-03-09T23:10:00.000+02:00`, as Oura writes the start of a series and a daily timestamp. */
  timestamp(instant: number): string;
}

/** Creates the clock of a zone. It caches the offset of each UTC day because Intl is slow and ten years need 20,000 look-ups. */
export const zonedTime = (timeZone: string): ZonedTime => {
  // `shownAt` has a resolution of one second.
  const measure = (instant: number): number => shownAt(timeZone, instant) - Math.floor(instant / 1000) * 1000;
  const atMidnightUtc = new Map<number, number>();
  const atMidnight = (utcDay: number): number => {
    const known = atMidnightUtc.get(utcDay);
    if (known !== undefined) return known;
    const offset = measure(utcDay * MS_PER_DAY);
    atMidnightUtc.set(utcDay, offset);
    return offset;
  };
  const offsetAt = (instant: number): number => {
    const utcDay = Math.floor(instant / MS_PER_DAY);
    const before = atMidnight(utcDay);
    return before === atMidnight(utcDay + 1) ? before : measure(instant);
  };
  const instantOf = (day: Day, minutes: number): number => {
    const shown = daysBetween('1970-01-01', day) * MS_PER_DAY + minutes * MS_PER_MINUTE;
    const before = offsetAt(shown - MS_PER_DAY);
    const after = offsetAt(shown + MS_PER_DAY);
    if (offsetAt(shown - before) === before) return shown - before;
    return offsetAt(shown - after) === after ? shown - after : shown - before;
  };
  const withOffset = (instant: number, digits: number): string => {
    const offset = offsetAt(instant);
    const minutes = Math.abs(offset) / MS_PER_MINUTE;
    const hh = String(Math.floor(minutes / 60)).padStart(2, '0');
    const mm = String(Math.floor(minutes % 60)).padStart(2, '0');
    return `${new Date(instant + offset).toISOString().slice(0, digits)}${offset < 0 ? '-' : '+'}${hh}:${mm}`;
  };
  return {
    offsetAt,
    instantOf,
    bedtime: (instant) => withOffset(instant, 19),
    timestamp: (instant) => withOffset(instant, 23),
  };
};
