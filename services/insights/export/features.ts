import {
  isBedtime,
  METRIC_NAMES,
  METRICS,
  type Metric,
  TRAINING_METRIC_NAMES,
  TRAINING_METRICS,
} from '../../../shared/core/metrics.ts';
import { type FeatureRow, LAGS, type MetricFeatures } from '../features/feature-rows.ts';
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
    double('', unit, `${label} of the night that ended on the day`, ({ level }) => level),
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

/** One row per day, as known on its morning. */
export const FEATURE_COLUMNS: readonly ColumnOf<FeatureRow>[] = [
  column('date', 'date', '', 'the day; all other columns were known on its morning', ({ date }) => date),
  column('weekday', 'integer', '', '1 Monday … 7 Sunday', ({ weekday }) => weekday),
  column('night_missing', 'boolean', '', 'no night of this day was known', (row) => row.night_missing),
  column('provisional', 'boolean', '', 'Oura could still revise the night', (row) => row.provisional),
  column('nap', 'boolean', '', 'the night has a nap (`sleep` or `late_nap`)', ({ nap }) => nap),
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
];
