import { offsetMinutesOf } from '../../../../shared/core/day.ts';
import { MINUTES_PER_DAY, shownAt } from '../../../../shared/core/wall-time.ts';
import type { PlacedPeriod } from './placed-periods.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Offsets are whole quarters of an hour. */
const QUARTER_MS = 15 * MINUTE_MS;
/** The steps between the hours of an axis. Each divides a day. */
const STEPS = [1, 2, 3, 4, 6, 12] as const;

/** The sleeper's clock during a night. */
export interface NightClock {
  /** Minutes after midnight on the sleeper's clock at an instant (epoch ms). */
  minutesAt(at: number): number;
  /** By how many minutes the clock is set forward, negative if it is set back, and usually 0. */
  readonly changes: {
    /** Between the start and the end of the night. */
    readonly night: number;
    /** Between the first and the last of all periods. */
    readonly all: number;
  };
}

/**
 * The clock by the offsets of the bedtimes. If they differ within a period, the clock changes when that of `timeZone` does; on a
 * journey, for which the zone says nothing, at the end of the period.
 */
export const nightClock = (placed: readonly PlacedPeriod[], timeZone: string): NightClock => {
  const zoneOffset = (at: number): number => (shownAt(timeZone, at) - at) / MINUTE_MS;
  const spans = placed.map(({ period, from, to }) => {
    const before = offsetMinutesOf(period.start) ?? 0;
    const after = offsetMinutesOf(period.end) ?? before;
    const isAtHome = zoneOffset(from) === before && zoneOffset(to) === after;
    return { from, to, before, after, isAtHome, isPart: period.role === 'part' };
  });
  type Span = (typeof spans)[number];
  const changeIn = (some: readonly Span[]): number => (some.at(-1)?.after ?? 0) - (some[0]?.before ?? 0);
  const offsetAt = (at: number): number => {
    const span = spans.findLast(({ from }) => from <= at) ?? spans[0];
    if (span === undefined) return 0;
    if (at >= span.to) return span.after;
    if (at <= span.from || span.before === span.after) return span.before;
    return span.isAtHome ? zoneOffset(at) : span.before;
  };
  return {
    minutesAt: (at) =>
      Math.floor((((at / MINUTE_MS + offsetAt(at)) % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY),
    changes: { night: changeIn(spans.filter(({ isPart }) => isPart)), all: changeIn(spans) },
  };
};

/** The instants in a span at which the sleeper's clock shows a full hour. @param most how many fit */
export const hourTicks = (
  clock: NightClock,
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
): number[] => {
  const first = Math.ceil(from / QUARTER_MS) * QUARTER_MS;
  const quarters = Array.from(
    { length: Math.max(0, Math.floor((to - first) / QUARTER_MS) + 1) },
    (_, index) => first + index * QUARTER_MS,
  );
  const step = STEPS.find((hours) => (to - from) / (hours * HOUR_MS) <= most);
  return step === undefined ? [] : quarters.filter((at) => clock.minutesAt(at) % (60 * step) === 0);
};
