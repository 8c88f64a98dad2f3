import { mean } from 'simple-statistics';
import type { Day } from '../../../shared/core/day.ts';
import { MINUTES_PER_DAY } from '../../../shared/core/wall-time.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { valuesOfDays } from './days.ts';
import { asleepIn } from './wall-clock.ts';

const WINDOW_DAYS = 28;
/** A week of pairs. */
const FEWEST_PAIRS = 7;
/** A day is from noon to noon, so that it has one night. */
const NOON = MINUTES_PER_DAY / 2;

/** Whether the sleeper was asleep in each minute of a day, by day number. Days without a night are unknown. */
const minutesOf = (nights: readonly DatedNight[]): Map<number, Uint8Array> => {
  const known = nights.flatMap((night) => {
    const asleep = asleepIn(night);
    return asleep === null ? [] : [{ day: dayNumberOf(night.date), asleep }];
  });
  const minutes = new Map(known.map(({ day }) => [day, new Uint8Array(MINUTES_PER_DAY)]));
  for (const { from, to } of known.flatMap(({ asleep }) => asleep)) {
    for (let minute = Math.round(from); minute < Math.round(to); minute += 1) {
      const day = Math.floor((minute + NOON) / MINUTES_PER_DAY);
      const ofDay = minutes.get(day);
      if (ofDay) ofDay[minute + NOON - day * MINUTES_PER_DAY] = 1;
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
 * chance. From Oura's sleep phases of 5 minutes; naps count. Phillips et al. (2017), Sci. Rep. 7, 3216. Null with fewer than 7 pairs of days in a row that both have a
 * night.
 * @param nights in any order
 */
export const sleepRegularity = (nights: readonly DatedNight[]): ((last: Day) => number | null) => {
  const minutes = minutesOf(nights);
  /** By the second day of each pair. */
  const shares = new Map<number, number>();
  for (const [day, ofDay] of minutes) {
    const next = minutes.get(day + 1);
    if (next) shares.set(day + 1, sharedMinutes(ofDay, next) / MINUTES_PER_DAY);
  }
  return (last) => {
    const to = dayNumberOf(last);
    const known = valuesOfDays(shares, to - WINDOW_DAYS + 2, to);
    return known.length < FEWEST_PAIRS ? null : 200 * mean(known) - 100;
  };
};
