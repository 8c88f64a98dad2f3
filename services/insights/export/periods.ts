import type { Day } from '../../../shared/core/day.ts';
import { isCounted } from '../../../shared/core/night/oura-records.ts';
import type { Period, SleepRecord } from '../../../shared/core/sleep-record.ts';
import {
  type ColumnOf,
  type ColumnType,
  numberOrNull,
  offsetMinutes,
  textOrNull,
  wholeOrNull,
} from './table.ts';

/** A sleep period and the day it belongs to. */
export interface DatedPeriod {
  readonly date: Day;
  readonly period: Period;
}

/** Lists all periods of the nights, in their order. */
export const periodsOf = (nights: readonly SleepRecord[]): DatedPeriod[] =>
  nights.flatMap(({ date, periods }) => periods.map((period) => ({ date, period })));

const asSent = (
  name: string,
  type: ColumnType,
  unit: string,
  description: string,
): ColumnOf<DatedPeriod> => ({
  name,
  type,
  unit,
  description,
  of: ({ period }) =>
    type === 'integer'
      ? wholeOrNull(period[name])
      : type === 'double'
        ? numberOrNull(period[name])
        : textOrNull(period[name]),
});

/** One row per sleep period, counted or not, with Oura's names. */
export const PERIOD_COLUMNS: readonly ColumnOf<DatedPeriod>[] = [
  {
    name: 'date',
    type: 'date',
    unit: '',
    description: "Oura's day: the day of waking up",
    of: ({ date }) => date,
  },
  asSent('id', 'text', '', "Oura's id of the period"),
  asSent('type', 'text', '', '`long_sleep`, `sleep`, `late_nap`, `rest` or `deleted`'),
  {
    name: 'counted',
    type: 'boolean',
    unit: '',
    description: 'whether the period counts for the night',
    of: ({ period }) => isCounted(period),
  },
  asSent('bedtime_start', 'instant', '', 'in bed'),
  asSent('bedtime_end', 'instant', '', 'out of bed'),
  {
    name: 'bedtime_start_offset',
    type: 'integer',
    unit: 'min',
    description: 'offset of bedtime_start, east of UTC',
    of: ({ period }) => offsetMinutes(period['bedtime_start']),
  },
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
