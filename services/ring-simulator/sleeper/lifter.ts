import type { Day } from '../../../shared/core/day.ts';
import { SIMULATED_USER, type WorkoutSet } from '../../../shared/core/workout-set.ts';
import { diceOf, recordId } from './noise.ts';
import { counts, dayNumberOf, periodsOf, totalSleep } from './periods.ts';
import { bodyStateOf, clamp, weekdayOf } from './sleeper.ts';
import { zonedTime } from './zoned-time.ts';

/** What of the night before counts for the lifter, as the ring measures it. */
export interface Slept {
  /** Hours asleep, over all periods that count. */
  readonly hours: number;
  /** Nightly rMSSD, ms. */
  readonly hrv: number;
}

/** How strongly the lifter's training depends on the night before. Nothing else of a night matters to it. */
export interface SleepEffects {
  /** Repetitions of the working sets, hence the volume load: share gained per hour asleep beyond the usual. */
  readonly volumePerHour: number;
  /** Strength of the day, hence the estimated 1RM: share gained per 10 ms of HRV beyond the usual. */
  readonly strengthPer10Ms: number;
}

/** The effects of the simulated lifter: an hour of sleep is worth a tenth of the volume, 10 ms of HRV 1.8 % of the strength. */
export const SLEEP_EFFECTS: SleepEffects = { volumePerHour: 0.1, strengthPer10Ms: 0.018 };

/** A lifter to whom sleep does not matter. */
export const NO_EFFECTS: SleepEffects = { volumePerHour: 0, strengthPer10Ms: 0 };

/** The sleeper's long-run means: at them, a night changes nothing. */
const USUAL: Slept = { hours: 7.35, hrv: 57 };

/** Standard deviations of what has nothing to do with sleep: of a session's volume, and of its strength. */
const NOISE = { volume: 0.055, strength: 0.012, lift: 0.008 };

/** The lifts of every session, with the lifter's usual one-repetition maximum in pounds. */
const LIFTS = [
  { exercise: 'Squat', oneRepMax: 285 },
  { exercise: 'Bench Press', oneRepMax: 205 },
  { exercise: 'Barbell Row', oneRepMax: 185 },
] as const;

/** Monday, Tuesday, Thursday, Saturday; one in eight is skipped, whatever the night was like. */
const TRAINING_WEEKDAYS = [1, 2, 4, 6];
const SKIPPED = 1 / 8;

const TOP_REPS = 6;
const WORKING_SETS = 3;
/** Light enough that no working set beats the top set's estimate: 0.62 * (1 + 14 / 30) = 0.91. */
const WORKING_SHARE = 0.62;
const WORKING_REPS = { usual: 10, fewest: 6, most: 14 };
const SECONDS_PER_SET = 150;
/** The smallest pair of plates. */
const STEP_POUNDS = 2.5;

const { floor, round } = Math;

/** Whether the lifter trains on this day: an eighth of the sessions is skipped. */
const trains = (seed: number, dayNumber: number): boolean =>
  TRAINING_WEEKDAYS.includes(weekdayOf(dayNumber)) &&
  !diceOf(seed, dayNumber).happens('skips training', SKIPPED);

/**
 * The sets of the session on `day`, after a night of `slept`; none on a day of rest. Each lift: one top set of six
 * repetitions, as heavy as the day allows, then three working sets of a fixed weight, as many repetitions as the day
 * allows; then one to five sets of curls. A function of its arguments alone.
 */
export const sessionOn = (
  { seed, startsAt, effects }: { seed: number; startsAt: number; effects: SleepEffects },
  day: Day,
  slept: Slept,
): WorkoutSet[] => {
  const dayNumber = dayNumberOf(day);
  if (!trains(seed, dayNumber)) return [];
  const dice = diceOf(seed, dayNumber);
  // A training block of three months, and what the day brings.
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
    // Epley's formula the other way round.
    log(exercise, 1, TOP_REPS, today / (1 + TOP_REPS / 30));
    for (let set = 1; set <= WORKING_SETS; set += 1) {
      // Rounded up as often as the fraction says: the effect then survives the whole numbers.
      const reps = floor(WORKING_REPS.usual * volume + dice.uniform(`${exercise} ${set}`));
      const done = clamp(reps, WORKING_REPS.fewest, WORKING_REPS.most);
      log(exercise, 1 + set, done, oneRepMax * block * WORKING_SHARE);
    }
  }
  const curls = 1 + floor(5 * dice.uniform('curls'));
  for (let set = 1; set <= curls; set += 1) log('Dumbbell Curl', set, 12, 30);
  return sets;
};

/** The person who wears the simulated ring, in the gym: the same seed is the same sleeper. */
export interface Lifter {
  /** The night that ended on `day`. */
  slept(day: Day): Slept;
  /** The sets of `day`; none on a day of rest. */
  sets(day: Day): WorkoutSet[];
}

/** @param options `effects` default to {@link SLEEP_EFFECTS} */
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
