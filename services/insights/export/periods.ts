import { type Day, offsetMinutesOf } from '../../../shared/core/day.ts';
import type { PERIOD_FIELDS } from '../../../shared/core/night/oura-records.ts';
import { type SleepPeriod, sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { type ColumnOf, type ColumnType, cellOf, column } from './table.ts';

/** A sleep period and the day it belongs to. */
export interface DatedPeriod {
  readonly date: Day;
  readonly period: SleepPeriod;
  readonly counted: boolean;
  /** Whether it counts and is not a part of the night. */
  readonly nap: boolean;
}

/** Lists all periods of the nights, in their order. */
export const periodsOf = (nights: readonly Pick<SleepRecord, 'date' | 'periods'>[]): DatedPeriod[] =>
  nights.flatMap(({ date, periods }) => {
    const { all, counted, naps } = sleepDay(date, periods);
    return all.map((period) => ({
      date,
      period,
      counted: counted.includes(period),
      nap: naps.includes(period),
    }));
  });

/** A value as the night uses it: null if it is unusable or means that Oura has none, and a number if it came as text. */
const usable = (name: keyof typeof PERIOD_FIELDS, type: ColumnType, unit: string, description: string) =>
  column<DatedPeriod>(name, type, unit, description, ({ period }) => cellOf(period[name], type));

/** One row per sleep period, counted or not, with Oura's names. */
export const PERIOD_COLUMNS: readonly ColumnOf<DatedPeriod>[] = [
  column('date', 'date', '', "Oura's day: the day of waking up", ({ date }) => date),
  usable('id', 'text', '', "Oura's id of the period"),
  column('type', 'text', '', '`long_sleep`, `sleep`, `late_nap`, `rest` or `deleted`', ({ period }) =>
    cellOf(period.record['type'], 'text'),
  ),
  column('counted', 'boolean', '', 'whether the period counts for the night', ({ counted }) => counted),
  column(
    'nap',
    'boolean',
    '',
    'whether it counts as a nap: outside the parts of the night',
    ({ nap }) => nap,
  ),
  usable('bedtime_start', 'instant', '', 'in bed'),
  usable('bedtime_end', 'instant', '', 'out of bed'),
  column('bedtime_start_offset', 'integer', 'min', 'offset of bedtime_start, east of UTC', ({ period }) =>
    offsetMinutesOf(period.bedtime_start),
  ),
  usable('time_in_bed', 'integer', 's', 'from in bed to out of bed'),
  usable('total_sleep_duration', 'integer', 's', 'asleep'),
  usable('light_sleep_duration', 'integer', 's', 'in light sleep'),
  usable('deep_sleep_duration', 'integer', 's', 'in deep sleep'),
  usable('rem_sleep_duration', 'integer', 's', 'in REM sleep'),
  usable('awake_time', 'integer', 's', 'awake in bed'),
  usable('latency', 'integer', 's', 'time to fall asleep'),
  usable('efficiency', 'double', '%', 'share of the time in bed spent asleep'),
  usable('restless_periods', 'integer', 'count', 'restless periods'),
  usable('average_heart_rate', 'double', 'bpm', 'mean heart rate'),
  usable('lowest_heart_rate', 'double', 'bpm', 'lowest heart rate'),
  usable('average_hrv', 'double', 'ms', 'mean heart rate variability, rMSSD'),
  usable('average_breath', 'double', '1/min', 'mean breathing rate'),
];
