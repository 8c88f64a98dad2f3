// IMPORTANT: also used by the page. No I/O, no AWS SDK, no aws-cdk-lib.
import { type Day, dayAtOffset, offsetMinutesOf } from './day.ts';
import { showHours } from './metrics.ts';
import type { SleepRecord } from './sleep-record.ts';

/** The fields of a stored night that its freshness depends on. */
export type ArrivedNight = Pick<SleepRecord, 'date' | 'bedtime_end' | 'announced_at' | 'arrived_at'>;

/** How a night arrived. */
export interface Arrival {
  /** When the night was first stored (ISO 8601, UTC). */
  readonly arrived_at: string;
  /** The time of Oura's event; null if the night was stored without one. */
  readonly announced_at: string | null;
  /** Seconds from the event to `arrived_at`; without an event, from the end of the sleep. Not negative. */
  readonly delay_seconds: number;
  /** By the sleeper's clock: `arrived 07:42, 38 s after Oura announced it`. */
  readonly text: string;
}

const [MINUTE_S, HOUR_S, DAY_S] = [60, 3600, 86_400] as const;

/** Formats a delay: `38 s`, `12 min`, `4 h 50`, `3 days`. */
const showDelay = (seconds: number): string => {
  if (seconds < 2 * MINUTE_S) return `${Math.round(seconds)} s`;
  if (seconds < HOUR_S) return `${Math.round(seconds / MINUTE_S)} min`;
  return seconds < 2 * DAY_S ? showHours(seconds) : `${Math.round(seconds / DAY_S)} days`;
};

/** The time at an offset, with the date if it is another one: `07:42`, `2026-03-12 12:00`. */
const showTime = (
  instant: string,
  offsetMinutes: number,
  date: Day,
  clock: (time: string) => string,
  calendar: (day: Day) => string,
): string => {
  const at = Date.parse(instant);
  const time = clock(new Date(at + offsetMinutes * 60_000).toISOString().slice(11, 16));
  const day = dayAtOffset(offsetMinutes, at);
  return day === date ? time : `${calendar(day)} ${time}`;
};

/**
 * How the night arrived; undefined for a night of a backfill or of an earlier version, which says nothing about freshness.
 * @param clock formats `HH:MM` @default as it is
 * @param calendar formats the date if it is another one @default as it is
 */
export const arrivalOf = (
  { date, bedtime_end, announced_at, arrived_at }: ArrivedNight,
  clock: (time: string) => string = (time) => time,
  calendar: (day: Day) => string = (day) => day,
): Arrival | undefined => {
  const since = announced_at ?? bedtime_end;
  if (announced_at === undefined || arrived_at === undefined || since === null) return undefined;
  const delay_seconds = Math.max(0, (Date.parse(arrived_at) - Date.parse(since)) / 1000);
  const time = showTime(arrived_at, offsetMinutesOf(bedtime_end) ?? 0, date, clock, calendar);
  const event = announced_at === null ? 'the end of the sleep' : 'Oura announced it';
  // The simulated ring has last night even if it ends later today.
  const isEarly = announced_at === null && arrived_at < new Date(since).toISOString();
  const text = `arrived ${time}${isEarly ? '' : `, ${showDelay(delay_seconds)} after ${event}`}`;
  return { arrived_at, announced_at, delay_seconds, text };
};
