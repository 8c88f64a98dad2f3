import { mean, median } from 'simple-statistics';
import type { Day } from '../../../shared/core/day.ts';
import { MINUTES_PER_DAY } from '../../../shared/core/wall-time.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { valuesOfDays } from './days.ts';
import { type Asleep, asleepIn, midsleepOf, nightTimes } from './wall-clock.ts';

const WINDOW_DAYS = 28;
/** A week of pairs. */
const FEWEST_PAIRS = 7;

interface Night {
  readonly midsleep: number;
  readonly asleep: readonly Asleep[];
}

/**
 * Whether the sleeper was asleep in each minute of the days from `first` to `last`, by day number. Days without a night are
 * unknown. A day begins 12 hours before the usual midsleep, so that it has one whole night, also for people who sleep by day.
 */
const minutesOf = (nights: ReadonlyMap<number, Night>, first: number, last: number) => {
  const known = valuesOfDays(nights, first, last);
  if (known.length === 0) return new Map<number, Uint8Array>();
  const start = Math.round(median(known.map(({ midsleep }) => midsleep))) - MINUTES_PER_DAY / 2;
  const minutes = new Map<number, Uint8Array>();
  for (let day = first; day <= last; day += 1)
    if (nights.has(day)) minutes.set(day, new Uint8Array(MINUTES_PER_DAY));
  for (const { from, to } of known.flatMap(({ asleep }) => asleep)) {
    const end = Math.round(to) - start;
    for (let minute = Math.round(from) - start; minute < end; ) {
      const day = Math.floor(minute / MINUTES_PER_DAY);
      const midnight = day * MINUTES_PER_DAY;
      const next = Math.min(end, midnight + MINUTES_PER_DAY);
      minutes.get(day)?.fill(1, minute - midnight, next - midnight);
      minute = next;
    }
  }
  return minutes;
};

const sharedMinutes = (one: Uint8Array, other: Uint8Array): number => {
  let shared = 0;
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) if (one[minute] === other[minute]) shared += 1;
  return shared;
};

/**
 * Returns a function that computes the Sleep Regularity Index of the four weeks up to a day: 200 times the share of minutes in
 * which the sleeper was in the same state, asleep or awake, as 24 hours later, minus 100. 100 is the same sleep every day, 0 is
 * chance. From Oura's sleep phases of 5 minutes; naps count. Phillips et al. (2017), Sci. Rep. 7, 3216. Null with fewer than 7
 * pairs of days in a row that both have a night.
 * @param nights in any order
 */
export const sleepRegularity = (nights: readonly DatedNight[]): ((last: Day) => number | null) => {
  const known = new Map<number, Night>();
  for (const night of nights) {
    const [times, asleep] = [nightTimes(night), asleepIn(night)];
    if (times !== null && asleep !== null)
      known.set(dayNumberOf(night.date), { midsleep: midsleepOf(times), asleep });
  }
  return (last) => {
    const to = dayNumberOf(last);
    const minutes = minutesOf(known, to - WINDOW_DAYS + 1, to);
    const shares = [...minutes].flatMap(([day, ofDay]) => {
      const next = minutes.get(day + 1);
      return next ? [sharedMinutes(ofDay, next) / MINUTES_PER_DAY] : [];
    });
    return shares.length < FEWEST_PAIRS ? null : 200 * mean(shares) - 100;
  };
};
