/**
 * A calendar date `YYYY-MM-DD` like Oura's `day`: the day the user woke up. A day is a name and not a moment. It is
 * never derived from a record's timestamp, and its arithmetic does not depend on a time zone.
 */
export type Day = string;

export const MS_PER_DAY = 86_400_000;
const midnightUtc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const dayOfUtc = (epochMs: number): Day => new Date(epochMs).toISOString().slice(0, 10);

/** Whether `text` is a real date; `2026-02-29` is not. */
export const isDay = (text: unknown): text is Day =>
  typeof text === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(midnightUtc(text)) &&
  dayOfUtc(midnightUtc(text)) === text;

/** The day `count` days after `day`, or before it if `count` is negative. */
export const addDays = (day: Day, count: number): Day => dayOfUtc(midnightUtc(day) + count * MS_PER_DAY);

/** The number of days from `from` to `to`; negative if `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => (midnightUtc(to) - midnightUtc(from)) / MS_PER_DAY;

/** Every day from `from` to `to`, both included; empty if `to` is before `from`. */
export const daysFrom = (from: Day, to: Day): Day[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index));

/** The first and last day, both included. If one is missing, the range is open on that side. */
export interface DayRange {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
}

/** Compares items by date, oldest first. */
export const byDate = (one: { readonly date: Day }, other: { readonly date: Day }): number =>
  one.date.localeCompare(other.date);

/** The later of two days; days in this form sort as text. */
export const laterDay = (one: Day, other: Day): Day => (one.localeCompare(other) > 0 ? one : other);

/** The earlier of two days. */
export const earlierDay = (one: Day, other: Day): Day => (one.localeCompare(other) < 0 ? one : other);

const calendars = new Map<string, Intl.DateTimeFormat>();

/** Cached: creating one takes thirty times as long as using it, and a table of workouts needs thousands of dates. */
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

/** The calendar date in `timeZone` (IANA name) at the instant `epochMs`. */
export const dayIn = (timeZone: string, epochMs: number): Day => {
  // `format` takes half the time of `formatToParts`. This locale writes 03/28/2026.
  const [month, day, year = ''] = calendarOf(timeZone).format(epochMs).split('/');
  return `${year.padStart(4, '0')}-${month}-${day}`;
};

/** The offset of an ISO 8601 instant in minutes east of UTC; null if `instant` is none. */
export const offsetMinutesOf = (instant: unknown): number | null => {
  if (typeof instant !== 'string') return null;
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(instant) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return instant.endsWith('Z') ? 0 : null;
};

/** The calendar date at the instant `epochMs` where clocks are `offsetMinutes` ahead of UTC. */
export const dayAtOffset = (offsetMinutes: number, epochMs: number): Day =>
  dayOfUtc(epochMs + offsetMinutes * 60_000);

/** The offset of the clocks that are furthest ahead of UTC: those of Kiritimati. */
const FURTHEST_AHEAD_MINUTES = 14 * 60;

/** The newest date that has begun anywhere on Earth at the instant `epochMs`. */
export const newestDay = (epochMs: number): Day => dayAtOffset(FURTHEST_AHEAD_MINUTES, epochMs);

/** The dates of one instant: `today` in a time zone, and the newest date that has begun anywhere on Earth. */
export interface CurrentDates {
  readonly today: Day;
  readonly newest: Day;
}

export const currentDates = (timeZone: string, epochMs: number): CurrentDates => ({
  today: dayIn(timeZone, epochMs),
  newest: newestDay(epochMs),
});

/**
 * The form of names in the IANA time zone database: an area and a place, or an older name without an area. Intl also accepts
 * offsets such as `+05:00`, abbreviations such as PST, and any case; EventBridge does not.
 */
const IANA_NAME =
  /^(?:(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)(?:\/[A-Z][\w+-]+)+|CET|CST6CDT|Cuba|EET|EST|EST5EDT|Egypt|Eire|GB|GB-Eire|GMT|GMT[+-]?0|Greenwich|HST|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|MET|MST|MST7MDT|NZ|NZ-CHAT|Navajo|PRC|PST8PDT|Poland|Portugal|ROC|ROK|Singapore|Turkey|UCT|UTC|Universal|W-SU|WET|Zulu)$/;

/** Whether `name` is an IANA time zone known to Node.js. */
export const isTimeZone = (name: unknown): name is string => {
  if (typeof name !== 'string' || !IANA_NAME.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    // Another name of the zone is correct, but not the same name in another case.
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
};
