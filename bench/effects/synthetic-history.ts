import type { DatedNight } from '../../services/insights/features/metric-values.ts';
import type { History } from '../../services/insights/insights.ts';
import type { TrainingDay } from '../../services/insights/training/training-day.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import type { Metric } from '../../shared/core/metrics.ts';
import type { NightMetrics } from '../../shared/core/sleep-record.ts';
import { type Random, randomFrom } from './random.ts';
import type { Scenario } from './scenarios.ts';

const SESSIONS = 180;
/** A Monday. */
const FIRST_DAY: Day = '2024-01-01';
/** Nights before the first session, which the sleep debt needs. */
const NIGHTS_BEFORE = 42;
const MINUTE = 60_000;
const TRAINS_AT = { usual: 1050, before: 660 };
const NAP_ENDS_AT = 870;
const MISSING = 0.04;

/** Standard deviations of the measures that the effects concern, for true values in natural units. */
export const SPREAD = { sleepSeconds: 3000, hrv: 10, volume: 800, strength: 0.02 };
const USUAL = { sleepSeconds: 26_000, hrv: 60, volume: 5000 };

const trainsOn = ({ weekdays, daysOfWeek = 7 }: Scenario, day: number): boolean =>
  weekdays ? weekdays.includes(day % daysOfWeek) : day % 2 === 0;

/** The hidden state of a night, in standard deviations. */
interface State {
  readonly asleep: number;
  readonly recovery: number;
  readonly late: number;
  readonly calm: number;
}

const clockOf = (date: Day, minutes: number): string =>
  `${new Date(Date.parse(`${date}T00:00:00Z`) + Math.round(minutes) * MINUTE).toISOString().slice(0, 19)}+00:00`;

/** A night whose measures share their causes, as those of real nights do. */
const nightOf = (
  date: Day,
  { asleep, recovery, late, calm }: State,
  { normal, uniform }: Random,
  wrong: number,
): DatedNight => {
  const total = Math.max(
    3600,
    (USUAL.sleepSeconds + SPREAD.sleepSeconds * asleep) * (uniform() < wrong ? 0.3 : 1),
  );
  const efficiency = Math.min(99, 88 + 3 * calm);
  const inBed = (100 * total) / efficiency;
  const start = -40 + 35 * late;
  const [first, second, third, fourth] = [normal(), normal(), normal(), normal()];
  const whole = (value: number): number => Math.max(0, Math.round(value));
  const metrics: Readonly<Record<Metric, number | string>> = {
    total_sleep_duration: total,
    light_sleep_duration: 0.55 * total + 1200 * first,
    deep_sleep_duration: 0.2 * total + 900 * second,
    rem_sleep_duration: 0.22 * total + 1000 * third,
    awake_duration: inBed - total,
    sleep_score: whole(75 + 6 * asleep + 3 * fourth),
    sleep_efficiency: whole(efficiency),
    sleep_latency: whole(700 + 300 * normal()),
    sleep_restlessness: whole(70 + 8 * calm + 4 * normal()),
    restless_periods: whole(200 - 20 * calm + 20 * normal()),
    heart_rate: 58 - 2.5 * recovery + normal(),
    hrv: whole(USUAL.hrv + SPREAD.hrv * recovery),
    temperature_delta: 0.2 * normal() - 0.1 * recovery,
    breathing_disturbances: whole(5 + 2 * normal()),
    bedtime_start: clockOf(date, start),
    bedtime_end: clockOf(date, start + inBed / 60),
    sleep_timing: whole(80 - 8 * late + 3 * normal()),
    lowest_heart_rate: whole(52 - 2.5 * recovery + normal()),
    breathing_rate: 14 + 0.4 * normal(),
    readiness_score: whole(78 + 5 * recovery + 2 * asleep + 3 * normal()),
    time_in_bed: inBed,
  };
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return {
    ...(metrics as unknown as NightMetrics),
    ...{ date, naps: [] },
    started_at: midnight + Math.round(start) * MINUTE,
    // No one in these histories sleeps past the earliest session.
    ended_at: midnight + Math.min(TRAINS_AT.before - 60, Math.round(start + inBed / 60)) * MINUTE,
  };
};

/** The part of sleep that training follows. */
const respond = ({ shape }: Scenario, value: number, share: number): number => {
  if (shape === 'inverted U') return (1 - value ** 2) / Math.SQRT2;
  return shape === 'reversal' && share >= 0.5 ? -value : value;
};

/** Generates nights and {@link SESSIONS} training days of a scenario. The same seed gives the same history. */
export const syntheticHistory = (scenario: Scenario, seed: number): History => {
  const random = randomFrom(seed);
  const { effect = 0, lag = 0, memory = 0, strain = 0, outliers = 0, isSelective, naps } = scenario;
  const { sleep: toSleep, training: toTraining } = scenario.reaches ?? { sleep: 1, training: 1 };
  const trainingDays: number[] = [];
  for (let day = NIGHTS_BEFORE; trainingDays.length < SESSIONS; day += 1)
    if (trainsOn(scenario, day)) trainingDays.push(day);
  const days = (trainingDays.at(-1) ?? 0) + 2;
  const shared = scenario.shared?.(days, random) ?? (() => 0);
  const [asleep, recovery, late, calm] = [0, 1, 2, 3].map(() => random.series(days, memory)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const [volumes, strengths, counts] = [0, 1, 2].map(() => random.series(SESSIONS, memory)) as [
    number[],
    number[],
    number[],
  ];

  const nights: DatedNight[] = [];
  const training: TrainingDay[] = [];
  const sleepOf: number[] = [];
  const recoveryOf: number[] = [];
  let strained = 0;
  let session = 0;
  for (let day = 0; day < days; day += 1) {
    const date = addDays(FIRST_DAY, day);
    const both = toSleep * shared(day) - strain * strained;
    // Recovery has a third of its spread from sleep: 0.3² + 0.954² = 1.
    const own = {
      asleep: asleep[day] ?? 0,
      recovery: 0.3 * (asleep[day] ?? 0) + 0.954 * (recovery[day] ?? 0),
    };
    sleepOf.push(own.asleep);
    recoveryOf.push(own.recovery);
    const state = {
      asleep: own.asleep + both,
      recovery: own.recovery + both,
      late: (late[day] ?? 0) + both,
      calm: calm[day] ?? 0,
    };
    const night = nightOf(date, state, random, outliers);
    const isMissing =
      random.uniform() < MISSING || (isSelective && state.asleep < -1 && random.uniform() < 0.5);
    strained = 0;
    let nap: DatedNight['naps'] = [];
    if (trainingDays[session] === day) {
      const rest = Math.sqrt(1 - effect ** 2);
      const share = session / SESSIONS;
      const load = toTraining * shared(day);
      const volume =
        effect * respond(scenario, sleepOf[day - lag] ?? 0, share) + rest * (volumes[session] ?? 0) + load;
      // Strength shares some of its variation with volume: 0.4² + 0.917² = 1.
      const unrelated = 0.4 * (volumes[session] ?? 0) + 0.917 * (strengths[session] ?? 0);
      const strength =
        effect * respond(scenario, recoveryOf[day - lag] ?? 0, share) + rest * unrelated + load;
      const factor = random.uniform() < outliers ? (random.uniform() < 0.5 ? 10 : 0.1) : 1;
      const midnight = Date.parse(`${date}T00:00:00Z`);
      if (!(isSelective && volume < -0.75 && random.uniform() < 1 / 3))
        training.push({
          date,
          first_set_at: midnight + (naps ? TRAINS_AT.before : TRAINS_AT.usual) * MINUTE,
          volume_load: Math.max(10, (USUAL.volume + SPREAD.volume * volume) * factor),
          sets: Math.max(1, Math.round(18 + 3 * (0.8 * volume + 0.6 * (counts[session] ?? 0)))),
          estimated_1rm_change: session < 5 ? null : SPREAD.strength * strength,
          ...{ exercises: [], minutes: null, rpe: null },
        });
      if (naps)
        nap = [
          {
            ended_at: midnight + NAP_ENDS_AT * MINUTE,
            seconds: Math.max(300, 2400 + 1500 * volume + 600 * random.normal()),
          },
        ];
      strained = volume;
      session += 1;
    }
    if (!isMissing) nights.push({ ...night, naps: nap });
  }
  return { nights, training };
};
