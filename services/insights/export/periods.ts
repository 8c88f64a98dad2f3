import { type Day, offsetMinutesOf } from '../../../shared/core/day.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { Period, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { type ColumnOf, type ColumnType, cellOf, column } from './table.ts';

/** A sleep period and the day it belongs to. */
export interface DatedPeriod {
  readonly date: Day;
  readonly period: Period;
  readonly counted: boolean;
  /** Whether it counts and is not a part of the night. */
  readonly nap: boolean;
}

/** Lists all periods of the nights, in their order. */
export const periodsOf = (nights: readonly SleepRecord[]): DatedPeriod[] =>
  nights.flatMap(({ date, periods }) => {
    const { all, counted, naps } = sleepDay(date, periods);
    return all.map((period) => ({
      date,
      period: period.record,
      counted: counted.includes(period),
      nap: naps.includes(period),
    }));
  });

const asSent = (name: string, type: ColumnType, unit: string, description: string) =>
  column<DatedPeriod>(name, type, unit, description, ({ period }) => cellOf(period[name], type));

/** One row per sleep period, counted or not, with Oura's names. */
export const PERIOD_COLUMNS: readonly ColumnOf<DatedPeriod>[] = [
  column('date', 'date', '', "Oura's day: the day of waking up", ({ date }) => date),
  asSent('id', 'text', '', "Oura's id of the period"),
  asSent('type', 'text', '', '`long_sleep`, `sleep`, `late_nap`, `rest` or `deleted`'),
  column('counted', 'boolean', '', 'whether the period counts for the night', ({ counted }) => counted),
  column(
    'nap',
    'boolean',
    '',
    'whether it counts as a nap: outside the parts of the night',
    ({ nap }) => nap,
  ),
  asSent('bedtime_start', 'instant', '', 'in bed'),
  asSent('bedtime_end', 'instant', '', 'out of bed'),
  column('bedtime_start_offset', 'integer', 'min', 'offset of bedtime_start, east of UTC', ({ period }) =>
    offsetMinutesOf(period['bedtime_start']),
  ),
  asSent('time_in_bed', 'integer', 's', 'from in bed to out of bed'),
  asSent('total_sleep_duration', 'integer', 's', 'asleep'),
  asSent('light_sleep_duration', 'integer', 's', 'in light sleep'),
  asSent('deep_sleep_duration', 'integer', 's', 'in deep sleep'),
  asSent('rem_sleep_duration', 'integer', 's', 'in REM sleep'),
  asSent('awake_time', 'integer', 's', 'awake in bed'),
  asSent('latency', 'integer', 's', 'time to fall asleep'),
  asSent('efficiency', 'double', '%', 'share of the time in bed spent asleep'),
  asSent('restless_periods', 'integer', 'count', 'restless periods'),
  asSent('average_heart_rate', 'double', 'bpm', 'mean heart rate'),
  asSent('lowest_heart_rate', 'double', 'bpm', 'lowest heart rate'),
  asSent('average_hrv', 'double', 'ms', 'mean heart rate variability, rMSSD'),
  asSent('average_breath', 'double', '1/min', 'mean breathing rate'),
];
