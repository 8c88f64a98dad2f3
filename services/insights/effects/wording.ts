import type { TrainingMetric } from '../../../shared/core/metrics.ts';
import { SLEEP_MEASURES, type SleepMeasure } from '../../../shared/core/sleep-measures.ts';
import { FAHRENHEIT_PER_CELSIUS, STORED_UNITS, type Units } from '../../../shared/core/units.ts';
import { POUNDS_PER_KILOGRAM } from '../../../shared/core/weight.ts';

/** The natural unit of a measure that comes first. */
export interface Step {
  /** Its size in stored units. */
  readonly size: number;
  /** `an hour more sleep`: completes "after nights with …" or "after sessions with …". */
  readonly words: string;
}

/** The measure that comes later, as the parts of a sentence: `you lifted` `420` ` kg` `more`. */
export interface Outcome {
  /** Stored units per shown unit, and the shown unit. */
  readonly per: number;
  readonly unit: string;
  readonly subject: string;
  /** The unit after a number, in words. */
  readonly inWords: string;
  /** The words for a positive and a negative difference, and for the highest and the lowest value. */
  readonly up: string;
  readonly down: string;
  readonly most: string;
  readonly least: string;
  readonly rest: string;
}

const points = (what: string): Step => ({ size: 10, words: `a ${what} 10 points higher` });

const SLEEP_STEPS: Readonly<Record<SleepMeasure, Step>> = {
  total_sleep_duration: { size: 3600, words: 'an hour more sleep' },
  light_sleep_duration: { size: 3600, words: 'an hour more light sleep' },
  deep_sleep_duration: { size: 1800, words: 'half an hour more deep sleep' },
  rem_sleep_duration: { size: 1800, words: 'half an hour more REM sleep' },
  deep_and_rem_duration: { size: 3600, words: 'an hour more deep and REM sleep' },
  awake_duration: { size: 1800, words: 'half an hour more time awake' },
  sleep_score: points('sleep score'),
  sleep_efficiency: { size: 5, words: 'a sleep efficiency 5 points higher' },
  sleep_latency: { size: 600, words: '10 minutes more to fall asleep' },
  sleep_restlessness: points('restfulness score'),
  restless_periods: { size: 50, words: '50 more restless periods' },
  heart_rate: { size: 5, words: 'a heart rate 5 bpm higher' },
  hrv: { size: 10, words: 'an HRV 10 ms higher' },
  temperature_delta: { size: 0.5, words: 'a temperature 0.5 °C higher' },
  breathing_disturbances: { size: 5, words: 'a breathing disturbance index 5 points higher' },
  bedtime_start: { size: 60, words: 'a bedtime an hour later' },
  bedtime_end: { size: 60, words: 'a wake-up time an hour later' },
  sleep_timing: points('timing score'),
  lowest_heart_rate: { size: 5, words: 'a lowest heart rate 5 bpm higher' },
  breathing_rate: { size: 1, words: 'a breathing rate higher by 1 per minute' },
  readiness_score: points('readiness score'),
  time_in_bed: { size: 3600, words: 'an hour more in bed' },
  sleep_debt_7d: { size: 3600, words: 'an hour more sleep debt' },
  nap_duration: { size: 1800, words: 'half an hour more of naps' },
};

const TRAINING_STEPS: Readonly<Record<TrainingMetric, Step>> = {
  volume_load: { size: 1000, words: '1,000 kg more volume' },
  sets: { size: 5, words: '5 more sets' },
  estimated_1rm_change: { size: 0.01, words: 'lifts 1 % above their own trend' },
};

const amount = { up: 'more', down: 'less', most: 'most', least: 'least', rest: '' };
const level = { up: 'higher', down: 'lower', most: 'highest', least: 'lowest', rest: '' };
const clock = { up: 'later', down: 'earlier', most: 'latest', least: 'earliest', rest: '' };

const TRAINING_OUTCOMES: Readonly<Record<TrainingMetric, Outcome>> = {
  volume_load: { ...amount, per: 1, unit: 'kg', subject: 'you lifted', inWords: ' kg' },
  sets: {
    ...{ ...amount, per: 1, unit: 'sets', subject: 'you did', inWords: '' },
    ...{ down: 'fewer', least: 'fewest', rest: ' sets' },
  },
  estimated_1rm_change: {
    ...{ per: 0.01, unit: '%', subject: 'your lifts were', inWords: ' %', rest: ' their own trend' },
    ...{ up: 'above', down: 'below', most: 'furthest above', least: 'furthest below' },
  },
};

/** A level with a unit: `your HRV was 3 ms higher`. */
const levelOf = (measure: SleepMeasure, unit: string): Outcome => ({
  ...{ ...level, per: 1, unit, subject: `your ${SLEEP_MEASURES[measure].label} was`, inWords: ` ${unit}` },
});
/** A duration: `you had 12 minutes more deep sleep`. */
const durationOf = (subject: string, rest: string): Outcome => ({
  ...{ ...amount, per: 60, unit: 'min', subject, inWords: ' minutes', rest },
});
/** A clock time in minutes: `you went to bed 12 minutes later`. */
const timeOf = (subject: string): Outcome => ({
  ...clock,
  per: 1,
  unit: 'min',
  subject,
  inWords: ' minutes',
});

const SLEEP_OUTCOMES: Readonly<Record<SleepMeasure, Outcome>> = {
  total_sleep_duration: durationOf('you slept', ''),
  light_sleep_duration: durationOf('you had', ' light sleep'),
  deep_sleep_duration: durationOf('you had', ' deep sleep'),
  rem_sleep_duration: durationOf('you had', ' REM sleep'),
  deep_and_rem_duration: durationOf('you had', ' deep and REM sleep'),
  awake_duration: durationOf('you were awake', ''),
  sleep_score: levelOf('sleep_score', 'points'),
  sleep_efficiency: levelOf('sleep_efficiency', 'points'),
  sleep_latency: durationOf('you needed', ' time to fall asleep'),
  sleep_restlessness: levelOf('sleep_restlessness', 'points'),
  restless_periods: {
    ...{ ...amount, per: 1, unit: '', subject: 'you had', inWords: '' },
    ...{ down: 'fewer', least: 'fewest', rest: ' restless periods' },
  },
  heart_rate: levelOf('heart_rate', 'bpm'),
  hrv: levelOf('hrv', 'ms'),
  temperature_delta: levelOf('temperature_delta', '°C'),
  breathing_disturbances: levelOf('breathing_disturbances', 'points'),
  bedtime_start: timeOf('you went to bed'),
  bedtime_end: timeOf('you woke up'),
  sleep_timing: levelOf('sleep_timing', 'points'),
  lowest_heart_rate: levelOf('lowest_heart_rate', 'bpm'),
  breathing_rate: levelOf('breathing_rate', 'per minute'),
  readiness_score: levelOf('readiness_score', 'points'),
  time_in_bed: durationOf('you spent', ' time in bed'),
  sleep_debt_7d: durationOf('you had', ' sleep debt'),
  nap_duration: durationOf('you had', ' naps'),
};

/** The steps and outcomes of one side, in some units. */
export interface Wording {
  readonly sleepSteps: Readonly<Record<SleepMeasure, Step>>;
  readonly sleepOutcomes: Readonly<Record<SleepMeasure, Outcome>>;
  readonly trainingSteps: Readonly<Record<TrainingMetric, Step>>;
  readonly trainingOutcomes: Readonly<Record<TrainingMetric, Outcome>>;
}

/** A step is a round number in each unit, so it is not the same in pounds as in kilograms. */
export const wordingIn = ({ temperature, weight }: Units = STORED_UNITS): Wording => ({
  sleepSteps: {
    ...SLEEP_STEPS,
    ...(temperature === '°F' && {
      temperature_delta: { size: 1 / FAHRENHEIT_PER_CELSIUS, words: 'a temperature 1 °F higher' },
    }),
  },
  sleepOutcomes: {
    ...SLEEP_OUTCOMES,
    ...(temperature === '°F' && {
      temperature_delta: { ...levelOf('temperature_delta', '°F'), per: 1 / FAHRENHEIT_PER_CELSIUS },
    }),
  },
  trainingSteps: {
    ...TRAINING_STEPS,
    ...(weight === 'lb' && {
      volume_load: { size: 2000 / POUNDS_PER_KILOGRAM, words: '2,000 lb more volume' },
    }),
  },
  trainingOutcomes: {
    ...TRAINING_OUTCOMES,
    ...(weight === 'lb' && {
      volume_load: {
        ...TRAINING_OUTCOMES.volume_load,
        per: 1 / POUNDS_PER_KILOGRAM,
        unit: 'lb',
        inWords: ' lb',
      },
    }),
  },
});
