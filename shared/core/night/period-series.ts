import type { RawRecord } from '../collections.ts';
import type { PeriodSeries, Samples } from '../sleep-record.ts';
import { field, isNumberAsText, isRate } from './parse-fields.ts';
import type { Remark } from './remarks.ts';

const instant = field.instant().required();
const PHASES = /^[1-4]+$/;

type Note = (kind: 'unusable_value' | 'converted_value', detail: string) => void;

/** Oura's `{interval, items, timestamp}` with its items as one text; null if it is absent or unusable. */
const samplesOf = (value: unknown, note: Note): Samples | null => {
  if (value == null) return null;
  const { interval: sent, items, timestamp } = (typeof value === 'object' ? value : {}) as RawRecord;
  if (items === null) return null;
  const interval = isNumberAsText(sent) ? Number(sent) : sent;
  const isTimed =
    typeof interval === 'number' && interval > 0 && instant.isValidSync(timestamp, { strict: true });
  if (!isTimed || !Array.isArray(items)) {
    note('unusable_value', 'must have items, an interval and a timestamp');
    return null;
  }
  if (interval !== sent) note('converted_value', 'must have a number as interval');
  const values = items.map((item: unknown) => {
    const number = isNumberAsText(item) ? Number(item) : item;
    // As in a night's means, 0 is no value.
    if (number == null || number === 0) return '';
    if (!isRate(number)) {
      note('unusable_value', 'must have numbers as items');
      return '';
    }
    if (number !== item) note('converted_value', 'must have numbers as items');
    return number;
  });
  return values.every((each) => each === '')
    ? null
    : { timestamp: String(timestamp), interval, items: values.join(',') };
};

const phasesOf = (value: unknown, note: Note): string | null => {
  if (value == null || value === '') return null;
  if (typeof value === 'string' && PHASES.test(value)) return value;
  note('unusable_value', 'must be digits from 1 to 4');
  return null;
};

/**
 * The overnight curves of a period: heart rate and HRV every 5 minutes, and the sleep phase of each 5 minutes. Null if Oura
 * sent none of them. One remark of a kind per curve.
 */
export const periodSeries = (
  period_id: string,
  record: RawRecord,
): { series: PeriodSeries | null; remarks: Remark[] } => {
  const remarks = new Map<string, Remark>();
  const noteOn =
    (name: string): Note =>
    (kind, detail) =>
      remarks.set(`${name} ${kind}`, { kind, period_id, field: `sleep.${name}`, detail });
  const series = {
    period_id,
    sleep_phase_5_min: phasesOf(record['sleep_phase_5_min'], noteOn('sleep_phase_5_min')),
    heart_rate: samplesOf(record['heart_rate'], noteOn('heart_rate')),
    hrv: samplesOf(record['hrv'], noteOn('hrv')),
  };
  const isEmpty = series.sleep_phase_5_min === null && series.heart_rate === null && series.hrv === null;
  return { series: isEmpty ? null : series, remarks: [...remarks.values()] };
};
