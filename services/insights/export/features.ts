import { iso } from '../../../shared/core/clock.ts';
import {
  isBedtime,
  METRIC_NAMES,
  METRICS,
  type Metric,
  TRAINING_METRIC_NAMES,
  TRAINING_METRICS,
} from '../../../shared/core/metrics.ts';
import type { FeatureRow } from '../features/feature-rows.ts';
import { LAGS, type MetricFeatures } from '../features/known-values.ts';
import { type Cell, type ColumnOf, column } from './table.ts';

/** Bedtimes are minutes here, not instants, so their columns have other names. */
const nameOf = (metric: Metric): string => (isBedtime(metric) ? `${metric}_minutes` : metric);
const unitOf = (metric: Metric): string => (isBedtime(metric) ? 'min' : METRICS[metric].unit);

/** Rounds to six digits. Most cells are whole numbers, which need no text to be rounded. */
const six = (value: Cell): Cell => {
  if (typeof value !== 'number') return value;
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(6));
};

const metricColumns = (metric: Metric): ColumnOf<FeatureRow>[] => {
  const name = nameOf(metric);
  const { label } = METRICS[metric];
  const double = (suffix: string, unit: string, description: string, of: (row: MetricFeatures) => Cell) =>
    column<FeatureRow>(`${name}${suffix}`, 'double', unit, description, (row) =>
      six(of(row.metrics[metric])),
    );
  const unit = unitOf(metric);
  return [
    double('', unit, `${label} of the night of the row`, ({ level }) => level),
    double('_mean_7', unit, `${label}, mean of the last 7 nights, at least 4`, ({ mean_7 }) => mean_7),
    double('_mean_28', unit, `${label}, mean of the last 28 nights, at least 14`, ({ mean_28 }) => mean_28),
    double(
      '_deviation',
      '',
      `${label}, robust standard score against the 56 nights before`,
      (row) => row.deviation,
    ),
    ...LAGS.map((lag, at) =>
      double(`_lag_${lag}`, unit, `${label} of the night ${lag} days before`, ({ lags }) => lags[at] ?? null),
    ),
  ];
};

const LOADS = [
  ['acute', 'kg', 'mean volume load per day of the 7 days before'],
  ['chronic', 'kg', 'mean volume load per day of the 28 days before'],
  ['ratio', '', 'acute / chronic'],
] as const;

/** One row per day, as known on its morning, and before the first set of a day with a workout. */
export const FEATURE_COLUMNS: readonly ColumnOf<FeatureRow>[] = [
  column(
    'date',
    'date',
    '',
    'the day; all columns but the targets were known on its morning',
    ({ date }) => date,
  ),
  column('weekday', 'integer', '', '1 Monday … 7 Sunday', ({ weekday }) => weekday),
  column('first_set_at', 'instant', '', 'start of the first workout of the day, UTC', ({ first_set_at }) =>
    first_set_at === null ? null : iso(first_set_at),
  ),
  column(
    'night_date',
    'date',
    '',
    'date of the night of the row: the day, or the day before if the first set came before the end of its night',
    ({ night }) => night?.date ?? null,
  ),
  column('night_missing', 'boolean', '', 'the night of the row was not known', (row) => row.night_missing),
  column(
    'age_when_known',
    'integer',
    's',
    'from the end of the night until its values were stored',
    ({ night }) => night?.age_when_known ?? null,
  ),
  column(
    'late',
    'boolean',
    '',
    'the night was first stored after its day',
    ({ night }) => night?.late ?? null,
  ),
  column(
    'provisional',
    'boolean',
    '',
    'Oura could still revise the night',
    ({ night }) => night?.provisional ?? null,
  ),
  column(
    'nap_duration',
    'integer',
    's',
    'asleep in naps between the night and the first set, as known',
    (row) => row.nap_duration,
  ),
  ...LAGS.map((lag, at) =>
    column<FeatureRow>(
      `nap_duration_lag_${lag}`,
      'integer',
      's',
      `asleep in naps of the night ${lag} days before`,
      ({ nap_duration_lags }) => nap_duration_lags[at] ?? null,
    ),
  ),
  ...METRIC_NAMES.flatMap(metricColumns),
  column('sleep_debt_7d', 'double', 's', 'sleep debt of the last 7 nights', (row) => six(row.sleep_debt_7d)),
  column(
    'bedtime_start_sd_14',
    'double',
    'min',
    'regularity of bedtime: standard deviation over 14 nights, at least 7',
    (row) => six(row.bedtime_start_sd_14),
  ),
  column('bedtime_end_sd_14', 'double', 'min', 'regularity of wake-up time: as above', (row) =>
    six(row.bedtime_end_sd_14),
  ),
  ...TRAINING_METRIC_NAMES.flatMap((measure) =>
    LAGS.map((lag, at) =>
      column<FeatureRow>(
        `${measure}_lag_${lag}`,
        measure === 'sets' ? 'integer' : 'double',
        TRAINING_METRICS[measure].unit,
        `${measure} ${lag} days before`,
        (row) => row.training[measure][at] ?? null,
      ),
    ),
  ),
  column(
    'days_since_workout',
    'integer',
    'd',
    'days since the last workout',
    (row) => row.training.days_since,
  ),
  ...LOADS.map(([load, unit, description]) =>
    column<FeatureRow>(`training_load_${load}`, 'double', unit, description, (row) =>
      six(row.training[load]),
    ),
  ),
  ...TRAINING_METRIC_NAMES.map((measure) =>
    column<FeatureRow>(
      `target_${measure}`,
      measure === 'sets' ? 'integer' : 'double',
      TRAINING_METRICS[measure].unit,
      `${measure} of the day itself: not a feature`,
      ({ targets }) => targets[measure],
    ),
  ),
];
