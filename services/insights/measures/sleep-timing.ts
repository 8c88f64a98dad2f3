import { mean } from 'simple-statistics';
import type { Day } from '../../../shared/core/day.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { valuesOfDays } from './days.ts';
import { midsleepOf, nightTimes } from './wall-clock.ts';

/** When a person sleeps. Times in minutes from the midnight before waking up. */
export interface SleepTiming {
  /** Mean of the week's nights of the time halfway between falling asleep and waking up; null with fewer than 4 nights. */
  readonly midsleep: number | null;
  /**
   * Midsleep on free days less that on work days, in minutes, over four weeks. Wittmann, Dinich, Merrow and Roenneberg (2006),
   * Chronobiol. Int. 23, 497-509. Null with fewer than 3 free or 6 work days.
   */
  readonly social_jetlag: number | null;
  /**
   * The chronotype MSFsc of the Munich Chronotype Questionnaire, over four weeks: midsleep on free days, less half of the sleep
   * by which free days exceed the mean of a week, if they do. Roenneberg et al. (2004), Curr. Biol. 14, R1038-R1039. The
   * questionnaire asks for free days without an alarm clock, which the ring does not know. Null as `social_jetlag`.
   */
  readonly midsleep_free_corrected: number | null;
}

const WEEK_DAYS = 7;
const FOUR_WEEKS_DAYS = 28;
const FEWEST = { week: 4, free: 3, work: 6 };

/** 1970-01-01 was a Thursday. Sleep on a free day ended on a Saturday or Sunday. */
const isFree = (day: number): boolean => (day + 4) % 7 === 6 || (day + 4) % 7 === 0;

/** The night that ended on a day number: its midsleep, and minutes from falling asleep to waking up. */
interface Timed {
  readonly day: number;
  readonly midsleep: number;
  readonly duration: number;
}

const meanOf = (nights: readonly Timed[], of: 'midsleep' | 'duration'): number =>
  mean(nights.map((night) => night[of]));

/** @param nights in any order */
export const sleepTiming = (nights: readonly DatedNight[]): ((last: Day) => SleepTiming) => {
  const timed = new Map<number, Timed>();
  for (const night of nights) {
    const times = nightTimes(night);
    if (times === null) continue;
    const { onset, offset } = times;
    const day = dayNumberOf(night.date);
    timed.set(day, { day, midsleep: midsleepOf(times), duration: offset - onset });
  }
  return (last) => {
    const to = dayNumberOf(last);
    const week = valuesOfDays(timed, to - WEEK_DAYS + 1, to);
    const fourWeeks = valuesOfDays(timed, to - FOUR_WEEKS_DAYS + 1, to);
    const free = fourWeeks.filter(({ day }) => isFree(day));
    const work = fourWeeks.filter(({ day }) => !isFree(day));
    const midsleep = week.length < FEWEST.week ? null : meanOf(week, 'midsleep');
    if (free.length < FEWEST.free || work.length < FEWEST.work)
      return { midsleep, social_jetlag: null, midsleep_free_corrected: null };
    const onFree = meanOf(free, 'midsleep');
    const durationOfWeek = (5 * meanOf(work, 'duration') + 2 * meanOf(free, 'duration')) / 7;
    const debt = Math.max(0, meanOf(free, 'duration') - durationOfWeek);
    return {
      midsleep,
      social_jetlag: onFree - meanOf(work, 'midsleep'),
      midsleep_free_corrected: onFree - debt / 2,
    };
  };
};
