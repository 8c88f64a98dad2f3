import type { RawRecord } from '../collections.ts';
import type { PeriodSeries, Samples } from '../sleep-record.ts';
import { field, isRate } from './parse-fields.ts';

const instant = field.instant().required();
const PHASES = /^[1-4]+$/;

/** Oura's `{interval, items, timestamp}` with its items as one text; null if it is absent or unusable. */
const samplesOf = (value: unknown): Samples | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { interval, items, timestamp } = value as RawRecord;
  if (!Array.isArray(items) || typeof interval !== 'number' || !(interval > 0)) return null;
  if (!instant.isValidSync(timestamp, { strict: true })) return null;
  // As in a night's means, 0 is no value.
  const values = items.map((item) => (isRate(item) && item !== 0 ? item : ''));
  return values.every((each) => each === '') ? null : { timestamp, interval, items: values.join(',') };
};

/**
 * The overnight curves of a period: heart rate and HRV every 5 minutes, and the sleep phase of each 5 minutes. Null if Oura
 * sent none of them.
 */
export const periodSeries = (period_id: string, record: RawRecord): PeriodSeries | null => {
  const phases = record['sleep_phase_5_min'];
  const series = {
    period_id,
    sleep_phase_5_min: typeof phases === 'string' && PHASES.test(phases) ? phases : null,
    heart_rate: samplesOf(record['heart_rate']),
    hrv: samplesOf(record['hrv']),
  };
  return series.sleep_phase_5_min === null && series.heart_rate === null && series.hrv === null
    ? null
    : series;
};
