import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { z } from 'zod';
import type { SleepSummary } from '../../shared/aws/store/scan-nights.ts';
import { isBedtime, METRIC_NAMES, METRICS, type Metric, showMetric } from '../../shared/core/metrics.ts';
import { NIGHT_COLUMNS } from '../insights/export/nights.ts';
import { numberOf } from '../insights/features/metric-values.ts';

/** In every row. */
const ALWAYS = ['date', 'settled'];
const OTHERS = NIGHT_COLUMNS.map(({ name }) => name).filter((name) => !ALWAYS.includes(name));

export const fieldsInput = z
  .array(z.enum(OTHERS))
  .min(1)
  .optional()
  .describe(
    `columns of a night, besides ${ALWAYS.join(' and ')}; default: the ${METRIC_NAMES.length} metrics`,
  );

/** The columns of the nights export that `fields` select, in its order. */
export const columnsFor = (fields: readonly string[] = METRIC_NAMES) =>
  NIGHT_COLUMNS.filter(({ name }) => ALWAYS.includes(name) || fields.includes(name));

/** The names of the columns that `fields` do not select. */
export const otherFields = (fields: readonly string[] = METRIC_NAMES): string[] =>
  OTHERS.filter((name) => !fields.includes(name));

export const metricsIn = (fields: readonly string[] = METRIC_NAMES): Metric[] =>
  METRIC_NAMES.filter((metric) => fields.includes(metric));

export const metricsInput = z
  .array(z.enum(METRIC_NAMES))
  .min(1)
  .default(METRIC_NAMES)
  .describe('default: all');

/** Six digits are more than a ring measures. */
const rounded = (value: number): number => Number(value.toPrecision(6));

/** The unit of a metric as a number. */
export const unitOf = (metric: Metric): string =>
  isBedtime(metric) ? 'min from the midnight before waking up' : METRICS[metric].unit;

/** A metric over some nights. Values in its {@link unitOf unit}. */
export interface MetricSummary {
  readonly unit: string;
  /** The nights that have a value. The others are null without one. */
  readonly nights: number;
  readonly mean: number | null;
  readonly median: number | null;
  /** Of the sample; null with fewer than two nights. */
  readonly standard_deviation: number | null;
  /** The mean for people. */
  readonly mean_shown: string | null;
}

export const summaryOf = (nights: readonly SleepSummary[], metric: Metric): MetricSummary => {
  const values = nights.flatMap((night) => numberOf(night, metric) ?? []);
  const unit = unitOf(metric);
  if (values.length === 0)
    return { unit, nights: 0, mean: null, median: null, standard_deviation: null, mean_shown: null };
  return {
    unit,
    nights: values.length,
    mean: rounded(mean(values)),
    median: rounded(median(values)),
    standard_deviation: values.length < 2 ? null : rounded(sampleStandardDeviation(values)),
    mean_shown: showMetric(METRICS[metric], mean(values)),
  };
};
