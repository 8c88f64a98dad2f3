// IMPORTANT: used by the bundled Lambda functions, the constructs in cdk/ and the page in the browser. No I/O, no AWS SDK, no aws-cdk-lib.

const DAY_MS = 86_400_000;
export const MINUTES_PER_DAY = 1440;

/** The time of day that an ISO 8601 instant shows by its own offset, in minutes. */
export const minutesOfDay = (instant: string): number =>
  Number(instant.slice(11, 13)) * 60 + Number(instant.slice(14, 16));

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Cached, as in day.ts. */
const clockOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(timeZone, clock);
  return clock;
};

/** The wall time in `timeZone` at `instant`, as if the zone were UTC. Both are in epoch ms. */
export const shownAt = (timeZone: string, instant: number): number => {
  const part: Record<string, number> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** The offsets before and after any clock change near `shown`. */
const offsetsNear = (timeZone: string, shown: number): [number, number] => {
  const offsetAt = (instant: number): number => shownAt(timeZone, instant) - instant;
  return [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)];
};

/**
 * The first instant at which the wall time in `timeZone` is `shown` (epoch ms, as if the zone were UTC); undefined for
 * a time that a clock change skips.
 */
export const instantShowing = (timeZone: string, shown: number): number | undefined =>
  // If a time occurs twice, the offset before the change is the larger one and gives the first instant.
  offsetsNear(timeZone, shown)
    .map((offset) => shown - offset)
    .find((instant) => shownAt(timeZone, instant) === shown);

/**
 * The instant (epoch ms) of `wallTime` in `timeZone`; `wallTime` is a valid `YYYY-MM-DDTHH:MM:SS`. A time that a clock
 * change skips moves past the gap. A time that occurs twice is the first one.
 */
export const instantOfWallTime = (timeZone: string, wallTime: string): number => {
  const shown = Date.parse(`${wallTime}Z`);
  return instantShowing(timeZone, shown) ?? shown - offsetsNear(timeZone, shown)[0];
};
