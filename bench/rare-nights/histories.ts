import type { DatedNight } from '../../services/insights/features/metric-values.ts';
import {
  BODY_METRICS,
  ILLNESS,
  JOINT_METRICS,
  type JointMetric,
} from '../../services/insights/rare-nights/joint-metrics.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import { isBedtime, METRIC_NAMES, type Metric } from '../../shared/core/metrics.ts';
import { drawsFrom } from '../../test/helpers/draws.ts';

// Destructured once: under Jest each access to a global goes through the test's context, and there are millions.
const { cos, log, max, PI, round, sqrt } = Math;

const FIRST_DAY: Day = '2020-01-01';

/** A typical level of each metric, its standard deviation, and how much it depends on two hidden causes. */
const METRICS: Readonly<
  Record<
    JointMetric,
    { readonly level: number; readonly spread: number; readonly strain: number; readonly length: number }
  >
> = {
  total_sleep_duration: { level: 25_800, spread: 3000, strain: -0.2, length: 0.9 },
  deep_sleep_duration: { level: 5100, spread: 1000, strain: -0.3, length: 0.4 },
  rem_sleep_duration: { level: 5700, spread: 1200, strain: -0.2, length: 0.7 },
  awake_duration: { level: 2400, spread: 700, strain: 0.5, length: 0.4 },
  sleep_efficiency: { level: 89, spread: 3, strain: -0.6, length: 0.3 },
  sleep_latency: { level: 700, spread: 200, strain: 0.3, length: 0 },
  restless_periods: { level: 190, spread: 45, strain: 0.5, length: 0.5 },
  heart_rate: { level: 54, spread: 2.6, strain: 0.8, length: 0 },
  lowest_heart_rate: { level: 48, spread: 2.4, strain: 0.8, length: 0 },
  hrv: { level: 62, spread: 11, strain: -0.75, length: 0 },
  temperature_delta: { level: 0, spread: 0.22, strain: 0.4, length: 0 },
  breathing_rate: { level: 14.3, spread: 0.45, strain: 0.5, length: 0 },
  breathing_disturbances: { level: 8, spread: 2, strain: 0.2, length: 0 },
  bedtime_start: { level: -60, spread: 40, strain: 0.3, length: -0.5 },
  bedtime_end: { level: 420, spread: 45, strain: 0, length: 0.6 },
};

/** Adds to the value of a metric on a night, in standard deviations. */
type Change = (metric: JointMetric, night: number) => number;

/** How the nights of a history vary. Without any of these: independent, normal values. */
export interface Variation {
  /** The correlation of a night with the next one. */
  readonly memory?: number;
  /** The distribution of the values: normal, Student's t with 3 degrees of freedom, or exponential. */
  readonly shape?: 'normal' | 'heavy' | 'skewed';
  readonly change?: Change;
  /** The share of values that are missing, and of whole nights. */
  readonly missing?: number;
  /** The share of nights in two parts. */
  readonly split?: number;
  /** The first night of a new ring that Oura names. */
  readonly newRing?: number;
}

const createNoise = (seed: number, { memory = 0, shape = 'normal' }: Variation) => {
  const draw = drawsFrom(seed);
  const uniform = (): number => (draw(2 ** 30) + 0.5) / 2 ** 30;
  const normal = (): number => sqrt(-2 * log(uniform())) * cos(2 * PI * uniform());
  /** A random number with mean 0 and standard deviation 1. */
  const fresh = (): number => {
    if (shape === 'skewed') return -log(uniform()) - 1;
    if (shape === 'normal') return normal();
    // The variance of this Student's t is 3.
    return normal() / sqrt(normal() ** 2 + normal() ** 2 + normal() ** 2);
  };
  const last = new Map<JointMetric | 'strain' | 'length', number>();
  return {
    uniform,
    /** The deviations of the next night. */
    next: (): ReadonlyMap<JointMetric, number> => {
      for (const name of [...JOINT_METRICS, 'strain', 'length'] as const) {
        const before = last.get(name);
        const value = before === undefined ? fresh() : memory * before + sqrt(1 - memory ** 2) * fresh();
        last.set(name, value);
      }
      const of = (name: JointMetric | 'strain' | 'length'): number => last.get(name) ?? 0;
      return new Map(
        JOINT_METRICS.map((metric) => {
          const { strain, length } = METRICS[metric];
          const own = sqrt(1 - strain ** 2 - length ** 2);
          return [metric, strain * of('strain') + length * of('length') + own * of(metric)];
        }),
      );
    },
  };
};

const EMPTY = Object.fromEntries(METRIC_NAMES.map((metric) => [metric, null])) as Readonly<
  Record<Metric, null>
>;

const instantOf = (date: Day, minutes: number): number =>
  Date.parse(`${date}T00:00:00Z`) + round(minutes) * 60_000;

const bedtimeOf = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}+00:00`;

/** Oura sends whole numbers, except for these. */
const DIGITS: Partial<Record<JointMetric, number>> = {
  temperature_delta: 2,
  breathing_rate: 3,
  heart_rate: 3,
};

/** What a night in two parts does to the metrics that it changes, in standard deviations. */
const SPLIT: Partial<Record<JointMetric, number>> = {
  total_sleep_duration: -1,
  sleep_efficiency: -1,
  sleep_latency: 3,
  bedtime_end: 2.5,
};

/** Simulates the nights of a person. */
export const simulatedNights = (seed: number, count: number, variation: Variation): DatedNight[] => {
  const noise = createNoise(seed, variation);
  const { change = () => 0, missing = 0, split = 0, newRing } = variation;
  return Array.from({ length: count }, (_, night): DatedNight => {
    const deviations = noise.next();
    const date = addDays(FIRST_DAY, night);
    const isSplit = noise.uniform() < split;
    const simulated = (metric: JointMetric): number => {
      const deviation =
        (deviations.get(metric) ?? 0) + change(metric, night) + (isSplit ? (SPLIT[metric] ?? 0) : 0);
      const value = METRICS[metric].level + METRICS[metric].spread * deviation;
      const rounded = Number(value.toFixed(DIGITS[metric] ?? 0));
      return isBedtime(metric) || metric === 'temperature_delta' ? rounded : max(0, rounded);
    };
    const known = JOINT_METRICS.filter(() => noise.uniform() >= missing);
    const numbers = Object.fromEntries(known.map((metric) => [metric, simulated(metric)]));
    const started_at = instantOf(date, simulated('bedtime_start'));
    const ended_at = instantOf(date, simulated('bedtime_end'));
    const middle = (started_at + ended_at) / 2;
    return {
      ...EMPTY,
      ...numbers,
      ...{ date, started_at, ended_at, naps: [] },
      bedtime_start: bedtimeOf(started_at),
      bedtime_end: bedtimeOf(ended_at),
      ...(isSplit && {
        parts: [
          { started_at, ended_at: middle - 1800_000 },
          { started_at: middle + 1800_000, ended_at },
        ],
      }),
      ...(newRing !== undefined && { ring_id: night < newRing ? 'first' : 'second' }),
    };
  }).filter(() => noise.uniform() >= missing);
};

/** The same change on each night of `at`, fading over four nights. */
const FADING = [1, 0.8, 0.5, 0.3];
export const NIGHTS_OF_ILLNESS = FADING.length;

/** Illnesses that begin on the nights `starts`: heart rate, temperature and breathing up, HRV down. */
export const illnesses =
  (starts: readonly number[], size: number): Change =>
  (metric, night) => {
    const start = starts.findLast((each) => each <= night);
    return start === undefined ? 0 : size * (FADING[night - start] ?? 0) * (ILLNESS[metric] ?? 0);
  };

/** A new level of all that the ring measures in the body. */
export const newLevelFrom =
  (first: number, size: number): Change =>
  (metric, night) =>
    night >= first && BODY_METRICS.has(metric) ? size : 0;
