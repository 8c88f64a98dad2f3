import type { SleepSummary } from '../../../shared/aws/store/scan-nights.ts';
import { offsetMinutesOf } from '../../../shared/core/day.ts';
import { BEDTIMES, isBedtime, METRIC_NAMES, METRICS, type Metric } from '../../../shared/core/metrics.ts';
import { type ColumnOf, type ColumnType, column } from './table.ts';

const INTEGER_UNITS: readonly string[] = ['s', 'count'];

const typeOf = (metric: Metric): ColumnType => {
  if (isBedtime(metric)) return 'instant';
  return INTEGER_UNITS.includes(METRICS[metric].unit) ? 'integer' : 'double';
};

/** One row per night. */
export const NIGHT_COLUMNS: readonly ColumnOf<SleepSummary>[] = [
  column('date', 'date', '', 'day of waking up', ({ date }) => date),
  ...METRIC_NAMES.map((metric) => {
    const unit = isBedtime(metric) ? '' : METRICS[metric].unit;
    const description = `${METRICS[metric].label}, as in OuraSleepTable`;
    return column<SleepSummary>(metric, typeOf(metric), unit, description, (night) => night[metric]);
  }),
  ...BEDTIMES.map((bedtime) => {
    const description = `offset of ${bedtime}, east of UTC`;
    return column<SleepSummary>(`${bedtime}_offset`, 'integer', 'min', description, (night) =>
      offsetMinutesOf(night[bedtime]),
    );
  }),
  column(
    'settled',
    'boolean',
    '',
    'false while a re-read is scheduled: the night is provisional',
    ({ settled }) => settled,
  ),
  column(
    'incomplete',
    'text',
    '',
    'collections that are still missing, separated by spaces',
    ({ incomplete }) => incomplete.join(' ') || null,
  ),
  column(
    'vanished_since',
    'instant',
    '',
    'since when Oura has had no record of the day, UTC',
    (night) => night.vanished_since,
  ),
  column(
    'remarks',
    'text',
    '',
    "what was set aside or repaired: kind, Oura's id of the period, field; separated by semicolons",
    ({ remarks }) =>
      remarks
        .map(({ kind, period_id, field }) => [kind, period_id, field].filter(Boolean).join(' '))
        .join('; ') || null,
  ),
  column(
    'revision',
    'integer',
    'count',
    '1 when first stored, one more with each change',
    ({ revision }) => revision,
  ),
  column(
    'first_synced_at',
    'instant',
    '',
    'when the night was first stored, UTC',
    (night) => night.first_synced_at,
  ),
  column(
    'arrived_at',
    'instant',
    '',
    'when the new night of a look-back was stored, UTC',
    (night) => night.arrived_at ?? null,
  ),
  column(
    'announced_at',
    'instant',
    '',
    "the time of Oura's event about it, UTC",
    (night) => night.announced_at ?? null,
  ),
  column(
    'updated_at',
    'instant',
    '',
    'when the values were requested from Oura, UTC',
    (night) => night.updated_at,
  ),
];
