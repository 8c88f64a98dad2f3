import { counts, type SleepPeriod, totalSleep } from './periods.ts';
import { type BodyState, clamp } from './sleeper.ts';

/** The weight of each contributor of `daily_sleep`. Oura's are not public. Here total sleep has the largest. */
const WEIGHTS = {
  total_sleep: 0.35,
  deep_sleep: 0.1,
  rem_sleep: 0.1,
  efficiency: 0.1,
  latency: 0.1,
  restfulness: 0.15,
  timing: 0.1,
};
export const SLEEP_CONTRIBUTORS = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];

/** Contributors of `daily_sleep`, each 1-100: scores, not durations. */
export type SleepContributors = Readonly<typeof WEIGHTS>;

/** Scales linearly from `low` (score 1) to `high` (score 100). */
const scale = (value: number, low: number, high: number): number =>
  Math.round(clamp(1 + (99 * (value - low)) / (high - low), 1, 100));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Efficiency of one period in percent, 1-100. */
export const efficiencyOf = (period: SleepPeriod): number =>
  Math.max(1, Math.round((100 * totalSleep(period)) / period.timeInBed));

/** The period that provides bedtimes and latency: the longest `long_sleep`, or else the longest counted period. */
export const mainPeriodOf = (periods: readonly SleepPeriod[]): SleepPeriod | undefined => {
  const longest = (candidates: SleepPeriod[]) => candidates.sort((a, b) => totalSleep(b) - totalSleep(a))[0];
  return longest(periods.filter(({ type }) => type === 'long_sleep')) ?? longest(periods.filter(counts));
};

/** Computes the day's contributors from all counted periods. `midnight` is the local midnight of the day. */
export const sleepContributors = (
  periods: readonly SleepPeriod[],
  body: BodyState,
  midnight: number,
): SleepContributors => {
  const counted = periods.filter(counts);
  const main = mainPeriodOf(periods);
  const asleep = sum(counted.map(totalSleep));
  const inBed = sum(counted.map(({ timeInBed }) => timeInBed));
  const middle = main === undefined ? 0 : (main.start - midnight) / 60_000 + main.timeInBed / 120;
  return {
    total_sleep: scale(asleep, 3.5 * 3600, 8.25 * 3600),
    deep_sleep: scale(sum(counted.map(({ deep }) => deep)), 20 * 60, 95 * 60),
    rem_sleep: scale(sum(counted.map(({ rem }) => rem)), 25 * 60, 115 * 60),
    efficiency: scale((100 * asleep) / inBed, 65, 94),
    // Falling asleep within a minute suggests a sleep debt, so it does not get the full score.
    latency: main === undefined ? 1 : scale(-Math.abs(main.latency - 600), -2400, 0),
    restfulness: scale(-body.restlessPerHour, -48, -8),
    // Best if the middle of the night is at 03:00, lowest five hours from it.
    timing: scale(-Math.abs(middle - 180), -300, -15),
  };
};

export const sleepScore = (contributors: SleepContributors): number =>
  Math.round(sum(SLEEP_CONTRIBUTORS.map((name) => WEIGHTS[name] * contributors[name])));

/** Contributors of `daily_readiness`, from the night's score and the body's state. */
export const readinessContributors = (body: BodyState, nightScore: number) => ({
  activity_balance: scale(body.dice.drifting('activity balance'), -4, 2),
  body_temperature: scale(-Math.abs(body.temperatureDeviation), -1.2, 0),
  hrv_balance: scale(body.hrv, 15, 70),
  previous_day_activity: body.dice.happens('no activity yesterday', 0.1)
    ? null
    : scale(body.dice.normal('activity'), -4, 2.5),
  previous_night: nightScore,
  recovery_index: scale(body.dice.normal('recovery'), -3, 1.5),
  resting_heart_rate: scale(-body.heartRate, -72, -48),
  sleep_balance: scale(body.dice.drifting('duration'), -4, 2),
  sleep_regularity: scale(-Math.abs(body.dice.drifting('bedtime')), -4, 0),
});

/** The mean of the known contributors. Body temperature has double weight. */
export const readinessScore = (contributors: ReturnType<typeof readinessContributors>): number => {
  const known = [...Object.values(contributors), contributors.body_temperature].filter(
    (score) => score !== null,
  );
  return Math.round(sum(known) / known.length);
};
