import type { Day } from '../../../shared/core/day.ts';
import { SIMULATED_USER, type WorkoutSet } from '../../../shared/core/workout-set.ts';
import { diceOf, recordId } from './noise.ts';
import { counts, dayNumberOf, periodsOf, totalSleep } from './periods.ts';
import { bodyStateOf, clamp, weekdayOf } from './sleeper.ts';
import { zonedTime } from './zoned-time.ts';

/** The measures of the night before that affect training. */
export interface Slept {
  /** Hours asleep over all counted periods. */
  readonly hours: number;
  /** Nightly rMSSD, ms. */
  readonly hrv: number;
}

/** How strongly the night before affects training. Nothing else about a night has an effect. */
export interface SleepEffects {
  /** Relative gain in repetitions of the working sets (so in volume load) per hour asleep above the mean. */
  readonly volumePerHour: number;
  /** Relative gain in strength (so in estimated 1RM) per 10 ms of HRV above the mean. */
  readonly strengthPer10Ms: number;
}

/** The simulated lifter's effects: one hour of sleep changes volume by 10 %, 10 ms of HRV changes strength by 1.8 %. */
export const SLEEP_EFFECTS: SleepEffects = { volumePerHour: 0.1, strengthPer10Ms: 0.018 };

/** A lifter whose training does not depend on sleep. */
export const NO_EFFECTS: SleepEffects = { volumePerHour: 0, strengthPer10Ms: 0 };

/** The sleeper's long-run means. Such a night has no effect. */
const USUAL: Slept = { hours: 7.35, hrv: 57 };

/** Standard deviations of the variation that is unrelated to sleep. */
const NOISE = { volume: 0.055, strength: 0.012, lift: 0.008 };

/** The lifts of every session, with the usual one-repetition maximum in pounds. */
const LIFTS = [
  { exercise: 'Squat', oneRepMax: 285 },
  { exercise: 'Bench Press', oneRepMax: 205 },
  { exercise: 'Barbell Row', oneRepMax: 185 },
] as const;

/** Monday, Tuesday, Thursday, Saturday. One session in eight is skipped, independent of the night. */
const TRAINING_WEEKDAYS = [1, 2, 4, 6];
const SKIPPED = 1 / 8;

const TOP_REPS = 6;
const WORKING_SETS = 3;
/** Light enough that no working set exceeds the top set's estimate: 0.62 * (1 + 14 / 30) = 0.91. */
const WORKING_SHARE = 0.62;
const WORKING_REPS = { usual: 10, fewest: 6, most: 14 };
const SECONDS_PER_SET = 150;
/** The weight of the smallest pair of plates. */
const STEP_POUNDS = 2.5;

const { floor, round } = Math;

/**
 * Generates the sets of `day` after a night of `slept`; none on a rest day. Each lift has one top set of six repetitions,
 * whose weight follows the day's strength, and three working sets of a fixed weight, whose repetitions follow the day's
 * volume. One to five sets of curls end the session. Deterministic.
 */
export const sessionOn = (
  { seed, startsAt, effects }: { seed: number; startsAt: number; effects: SleepEffects },
  day: Day,
  slept: Slept,
): WorkoutSet[] => {
  const dayNumber = dayNumberOf(day);
  const dice = diceOf(seed, dayNumber);
  if (!TRAINING_WEEKDAYS.includes(weekdayOf(dayNumber)) || dice.happens('skips training', SKIPPED)) return [];
  // A slow wave over training blocks of three months.
  const block = 1 + 0.02 * dice.slow('strength', 90);
  const strength =
    1 +
    effects.strengthPer10Ms * ((slept.hrv - USUAL.hrv) / 10) +
    NOISE.strength * dice.normal('strength today');
  const volume =
    1 + effects.volumePerHour * (slept.hours - USUAL.hours) + NOISE.volume * dice.normal('volume today');
  const sets: WorkoutSet[] = [];
  const log = (exercise: string, number: number, reps: number, pounds: number): void => {
    sets.push({
      workoutId: recordId(seed, dayNumber, `set/${exercise}/${number}`),
      timestamp: floor(startsAt / 1000) + sets.length * SECONDS_PER_SET,
      exercise,
      reps: String(reps),
      sets: number,
      weight: STEP_POUNDS * round(pounds / STEP_POUNDS),
      weight_modulation: 'Bulking',
      username: SIMULATED_USER,
    });
  };
  for (const { exercise, oneRepMax } of LIFTS) {
    const today = oneRepMax * block * (strength + NOISE.lift * dice.normal(exercise));
    // The inverse of Epley's formula.
    log(exercise, 1, TOP_REPS, today / (1 + TOP_REPS / 30));
    for (let set = 1; set <= WORKING_SETS; set += 1) {
      // Rounds up with the probability of the fraction, so rounding does not hide small effects.
      const reps = floor(WORKING_REPS.usual * volume + dice.uniform(`${exercise} ${set}`));
      const done = clamp(reps, WORKING_REPS.fewest, WORKING_REPS.most);
      log(exercise, 1 + set, done, oneRepMax * block * WORKING_SHARE);
    }
  }
  const curls = 1 + floor(5 * dice.uniform('curls'));
  for (let set = 1; set <= curls; set += 1) log('Dumbbell Curl', set, 12, 30);
  return sets;
};

/** The training of the simulated sleeper with the same seed. */
export interface Lifter {
  /** The night that ended on `day`. */
  slept(day: Day): Slept;
  /** The sets of `day`; none on a rest day. */
  sets(day: Day): WorkoutSet[];
}

/** @param options `effects` defaults to {@link SLEEP_EFFECTS} */
export const createLifter = (options: { seed: number; timeZone: string; effects?: SleepEffects }): Lifter => {
  const { seed, timeZone, effects = SLEEP_EFFECTS } = options;
  const zone = zonedTime(timeZone);
  const slept = (day: Day): Slept => {
    const body = bodyStateOf(seed, dayNumberOf(day));
    const asleep = periodsOf(zone, day, body).filter(counts);
    return {
      hours: asleep.reduce((seconds, period) => seconds + totalSleep(period), 0) / 3600,
      hrv: round(body.hrv),
    };
  };
  return {
    slept,
    sets: (day) => {
      const late = 40 * diceOf(seed, dayNumberOf(day)).uniform('training starts');
      return sessionOn({ seed, startsAt: zone.instantOf(day, 1050 + round(late)), effects }, day, slept(day));
    },
  };
};
