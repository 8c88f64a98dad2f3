import { string } from 'yup';

/**
 * A calendar date `YYYY-MM-DD` as Oura's `day`: the day the user woke up. A day is a name, not a moment: it is
 * never made from a timestamp of a record, and arithmetic on it knows no time zone.
 */
export type Day = string;

const MS_PER_DAY = 86_400_000;
const midnightUtc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const dayOfUtc = (epochMs: number): Day => new Date(epochMs).toISOString().slice(0, 10);

/** Whether `text` names a real date: `2026-02-29` does not. */
export const isDay = (text: unknown): text is Day =>
  typeof text === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(midnightUtc(text)) &&
  dayOfUtc(midnightUtc(text)) === text;

/** yup schema of a day. */
export const daySchema = () =>
  string()
    .strict()
    .test('day', '${path} must be a date YYYY-MM-DD', (value) => value == null || isDay(value));

/** The day `count` days after `day` (before it, where negative). */
export const addDays = (day: Day, count: number): Day => dayOfUtc(midnightUtc(day) + count * MS_PER_DAY);

/** How many days `to` lies after `from`; negative where it lies before. */
export const daysBetween = (from: Day, to: Day): number => (midnightUtc(to) - midnightUtc(from)) / MS_PER_DAY;

/** Every day from `from` to `to`, both included; empty where `to` lies before `from`. */
export const daysFrom = (from: Day, to: Day): Day[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index));

/** First and last day, both included; without one of them open on that side. */
export interface DayRange {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
}

/** Sorts what has a date, the oldest first. */
export const byDate = (one: { readonly date: Day }, other: { readonly date: Day }): number =>
  one.date.localeCompare(other.date);

/** The later of two days; days in this form sort as text. */
export const laterDay = (one: Day, other: Day): Day => (one.localeCompare(other) > 0 ? one : other);

/** The earlier of two days. */
export const earlierDay = (one: Day, other: Day): Day => (one.localeCompare(other) < 0 ? one : other);

const calendars = new Map<string, Intl.DateTimeFormat>();

/** Kept, since making one takes thirty times as long as using it, and a table of workouts asks for thousands of dates. */
const calendarOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  const calendar = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  calendars.set(timeZone, calendar);
  return calendar;
};

/** The date on the wall calendar of `timeZone` (IANA name) at the instant `epochMs`. */
export const dayIn = (timeZone: string, epochMs: number): Day => {
  const parts = calendarOf(timeZone).formatToParts(epochMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
};

/** Whether `name` is an IANA time zone that this Node knows. Intl also takes offsets such as `+05:00`; AWS does not. */
export const isTimeZone = (name: unknown): name is string => {
  try {
    return (
      typeof name === 'string' &&
      /^[A-Za-z]/.test(name) &&
      new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined
    );
  } catch {
    return false;
  }
};
