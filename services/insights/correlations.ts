import { sampleCorrelation } from 'simple-statistics';
import type { Day } from '../../shared/core/day.ts';
import {
  METRIC_NAMES,
  METRICS,
  type Metric,
  TRAINING_METRIC_NAMES,
  TRAINING_METRICS,
  type TrainingMetric,
} from '../../shared/core/metrics.ts';
import { plural } from '../../shared/core/text.ts';
import { type DatedNight, numberOf } from './features/metric-values.ts';
import { DEBT_DAYS, sleepDebt } from './features/sleep-debt.ts';
import { blockLength } from './statistics/block-length.ts';
import { dayNumberOf, weekdayOf } from './statistics/day-number.ts';
import { detrend } from './statistics/detrend.ts';
import { falseDiscoveryRates } from './statistics/false-discovery.ts';
import { student95 } from './statistics/normal.ts';
import { midRanks } from './statistics/ranks.ts';
import { blockBootstrap, blockPermutationP, drawsFrom } from './statistics/resample.ts';
import type { TrainingDay } from './training/training-day.ts';

/** Pairs with fewer days are not tested. */
export const FEWEST_DAYS = 20;
/** The false discovery rate: the expected share of false claims. */
export const DISCOVERY_LEVEL = 0.05;
/** Lag 0: the night that ended on the morning of the training day. */
const LAGS = [0, 1, 2, 3] as const;

/** The samples only estimate a standard error: 500 give it to within 3 %. */
const FEWEST_BLOCKS = 10;
const BOOTSTRAP_SAMPLES = 500;
/** Two hundred pairs are tested, so the smallest possible p, 1 / 10 000, must be well below 0.05 / 200. */
const MOST_ORDERS = 9999;

/** A sleep metric, or {@link sleepDebt} on the morning of the training day. */
export type SleepMeasure = Metric | 'sleep_debt_7d';

/** Identifies a pair: one row of the result. */
export interface PairName {
  readonly sleep_metric: SleepMeasure;
  readonly training_metric: TrainingMetric;
  readonly lag_days: number;
}

export interface Correlation extends PairName {
  /** Days with both. */
  readonly n: number;
  /** Spearman's rank correlation, adjusted for weekday and time. Null below {@link FEWEST_DAYS}, like the fields below. */
  readonly rho: number | null;
  /** 95 % confidence interval of `rho`. */
  readonly ci: readonly [number, number] | null;
  readonly p: number | null;
  /** The smallest false discovery rate at which the pair is significant among all tested pairs. */
  readonly q: number | null;
  readonly verdict: string;
}

/** One of the n points of a correlation. */
export interface PairPoint {
  /** The training day. */
  readonly date: Day;
  /** Units as in Trend; sleep debt in seconds. */
  readonly sleep: number;
  readonly training: number;
}

interface PairedDay extends PairPoint {
  readonly weekday: number;
}

interface Pair extends PairName {
  readonly days: readonly PairedDay[];
}

/** Yields every pair, in the order of the results. Ten years have 400,000 days of pairs, so one pair at a time. */
export function* pairsOf(
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
): Generator<Pair, undefined> {
  const numbered = nights.map((night) => ({ day: dayNumberOf(night.date), night }));
  const valuesOf = (metric: Metric): Map<number, number> =>
    new Map(
      numbered.flatMap(({ day, night }) => {
        const value = numberOf(night, metric);
        return value === null ? [] : [[day, value] as const];
      }),
    );
  const trained = training.map((measures) => {
    const day = dayNumberOf(measures.date);
    return { day, weekday: weekdayOf(day), measures };
  });
  const asleep = valuesOf('total_sleep_duration');
  const debts = new Map(
    trained.flatMap(({ day }) => {
      const debt = sleepDebt(
        Array.from({ length: DEBT_DAYS }, (_, at) => asleep.get(day + at + 1 - DEBT_DAYS) ?? null),
      );
      return debt === null ? [] : [[day, debt] as const];
    }),
  );
  const measures: { name: SleepMeasure; values: Map<number, number>; lags: readonly number[] }[] = [
    ...METRIC_NAMES.map((name) => ({ name, values: valuesOf(name), lags: LAGS })),
    { name: 'sleep_debt_7d', values: debts, lags: [0] },
  ];
  for (const { name, values, lags } of measures) {
    for (const lag_days of lags) {
      for (const training_metric of TRAINING_METRIC_NAMES) {
        const days: PairedDay[] = [];
        for (const { day, weekday, measures } of trained) {
          const sleep = values.get(day - lag_days);
          const measured = measures[training_metric];
          if (sleep !== undefined && measured !== null)
            days.push({ date: measures.date, weekday, sleep, training: measured });
        }
        yield { sleep_metric: name, training_metric, lag_days, days };
      }
    }
  }
}

const varies = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);

/** Fisher's transformation keeps the interval inside -1 to 1. The clamp keeps a perfect correlation finite. */
const fisher = (rho: number): number => Math.atanh(Math.max(-0.999_999, Math.min(0.999_999, rho)));

/**
 * Computes Spearman's rank correlation of a pair, adjusted for weekday and time, with its interval and p. `undefined` if one
 * side is constant.
 *
 * The interval is ± t standard errors on Fisher's scale. The standard error is the spread of the block bootstrap. The block
 * length is that of Politis and White for the products of the ranks, but at least n^(1/3). Two corrections are needed for few
 * days: t has as many degrees of freedom as there are blocks, and the standard error is multiplied by √(n / freedom) because
 * detrended values have fewer degrees of freedom.
 */
export const correlate = (days: readonly Omit<PairedDay, 'date'>[], seed: number) => {
  const sleep = days.map((day) => day.sleep);
  const training = days.map((day) => day.training);
  if (!varies(sleep) || !varies(training)) return undefined;
  const weekdays = days.map(({ weekday }) => weekday);
  const { values: xs, freedom } = detrend(midRanks(sleep), weekdays);
  const { values: ys } = detrend(midRanks(training), weekdays);
  const rho = sampleCorrelation([...xs], [...ys]);
  if (!Number.isFinite(rho)) return undefined;

  const n = days.length;
  const products = xs.map((x, at) => x * (ys[at] ?? 0));
  const length = Math.ceil(Math.max(Math.min(blockLength(products), n / FEWEST_BLOCKS), Math.cbrt(n)));
  const draw = drawsFrom(seed);
  const samples = blockBootstrap(xs, ys, { length, count: BOOTSTRAP_SAMPLES, draw })
    .filter((sample) => Number.isFinite(sample))
    .map(fisher);
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const spread = Math.sqrt(
    samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / (samples.length - 1),
  );
  const reach = student95(Math.max(2, freedom / length - 1)) * spread * Math.sqrt(n / freedom);
  return {
    rho,
    ci: [Math.tanh(fisher(rho) - reach), Math.tanh(fisher(rho) + reach)] as const,
    p: blockPermutationP(xs, ys, { length, most: MOST_ORDERS, draw, freedom }),
  };
};

export const sleepLabelOf = (measure: SleepMeasure): string =>
  measure === 'sleep_debt_7d' ? 'sleep debt' : METRICS[measure].label;

/** Whether a relation is claimed: it is significant among all tested pairs, and its interval excludes 0. */
export const isClaim = ({ ci, q }: Pick<Correlation, 'ci' | 'q'>): boolean =>
  ci !== null && q !== null && q <= DISCOVERY_LEVEL && ci[0] * ci[1] > 0;

const verdictOf = ({ sleep_metric, training_metric }: PairName, rho: number): string =>
  `${TRAINING_METRICS[training_metric].label} ${rho > 0 ? 'rises' : 'falls'} with ${sleepLabelOf(sleep_metric)}`;

/**
 * Correlates sleep with training: each metric of the night before and of one to three nights earlier, and the sleep debt, with
 * each training measure. The random seed is the pair's position, so the same nights give the same result.
 * @param training in order of date, each date once
 * @returns an empty array without training days
 */
export const correlations = (
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
): Correlation[] => {
  if (training.length === 0) return [];
  const pairs = Array.from(pairsOf(nights, training), ({ days, ...name }, seed) => ({
    name,
    n: days.length,
    measured: days.length < FEWEST_DAYS ? undefined : correlate(days, seed),
  }));
  const rates = falseDiscoveryRates(pairs.flatMap(({ measured }) => measured?.p ?? [])).values();
  return pairs.map(({ name, n, measured }) => {
    const common = { ...name, n };
    if (measured) {
      const q = rates.next().value ?? 1;
      const verdict = isClaim({ ci: measured.ci, q }) ? verdictOf(name, measured.rho) : 'no clear relation';
      return { ...common, ...measured, q, verdict };
    }
    const verdict =
      n < FEWEST_DAYS
        ? `not tested: ${plural(n, 'day')}, at least ${FEWEST_DAYS} are needed`
        : 'not tested: one of the two is constant';
    return { ...common, rho: null, ci: null, p: null, q: null, verdict };
  });
};
