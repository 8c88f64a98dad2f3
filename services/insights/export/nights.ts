import type { SleepSummary } from '../../../shared/aws/store/sleep-table.ts';
import { BEDTIMES, isBedtime, METRIC_NAMES, METRICS, type Metric } from '../../../shared/core/metrics.ts';
import { type Column, type ColumnOf, offsetMinutes } from './table.ts';

const INTEGER_UNITS: readonly string[] = ['s', 'count'];

const metricColumn = (metric: Metric): Column => ({
  name: metric,
  type: isBedtime(metric) ? 'instant' : INTEGER_UNITS.includes(METRICS[metric].unit) ? 'integer' : 'double',
  unit: isBedtime(metric) ? '' : METRICS[metric].unit,
  description: `${METRICS[metric].label}, as in OuraSleepTable`,
});

/** One row per night. */
export const NIGHT_COLUMNS: readonly ColumnOf<SleepSummary>[] = [
  { name: 'date', type: 'date', unit: '', description: 'day of waking up', of: ({ date }) => date },
  ...METRIC_NAMES.map((metric) => ({
    ...metricColumn(metric),
    of: (night: SleepSummary) => night[metric],
  })),
  ...BEDTIMES.map((bedtime) => ({
    name: `${bedtime}_offset`,
    type: 'integer' as const,
    unit: 'min',
    description: `offset of ${bedtime}, east of UTC`,
    of: (night: SleepSummary) => offsetMinutes(night[bedtime]),
  })),
  {
    name: 'settled',
    type: 'boolean',
    unit: '',
    description: 'false while a re-read is scheduled: the night is provisional',
    of: ({ settled }) => settled,
  },
  {
    name: 'revision',
    type: 'integer',
    unit: 'count',
    description: '1 when first stored, one more with each change',
    of: ({ revision }) => revision,
  },
  {
    name: 'first_synced_at',
    type: 'instant',
    unit: '',
    description: 'when the night was first stored, UTC',
    of: (night) => night.first_synced_at,
  },
  {
    name: 'updated_at',
    type: 'instant',
    unit: '',
    description: 'when the values were requested from Oura, UTC',
    of: (night) => night.updated_at,
  },
];
