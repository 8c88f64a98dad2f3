// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.

const DAY_MS = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Kept, as in day.ts. */
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

/** What the clocks of `timeZone` show at `instant`, as if they showed UTC: both in epoch ms. */
export const shownAt = (timeZone: string, instant: number): number => {
  const part: Record<string, number> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** The offsets on either side of any change of the clocks near `shown`. */
const offsetsNear = (timeZone: string, shown: number): [number, number] => {
  const offsetAt = (instant: number): number => shownAt(timeZone, instant) - instant;
  return [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)];
};

/**
 * The first instant at which the clocks of `timeZone` show `shown` (epoch ms, as if they showed UTC); undefined for a
 * time that a change of the clocks skips.
 */
export const instantShowing = (timeZone: string, shown: number): number | undefined =>
  // The offset before a change is the larger one where a time comes twice, and so gives the first.
  offsetsNear(timeZone, shown)
    .map((offset) => shown - offset)
    .find((instant) => shownAt(timeZone, instant) === shown);

/**
 * The instant (epoch ms) at which the clocks of `timeZone` show `wallTime`, a real `YYYY-MM-DDTHH:MM:SS`. A time that
 * a change of the clocks skips is moved past the gap; one that happens twice is the first.
 */
export const instantOfWallTime = (timeZone: string, wallTime: string): number => {
  const shown = Date.parse(`${wallTime}Z`);
  return instantShowing(timeZone, shown) ?? shown - offsetsNear(timeZone, shown)[0];
};
