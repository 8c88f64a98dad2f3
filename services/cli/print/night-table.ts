import Table from 'cli-table3';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { TABLE_STYLE } from './table-style.ts';

const NONE = '–';

/** `25140` as `6 h 59`. */
const hours = (seconds: number | null): string => {
  if (seconds === null) return NONE;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
};

const number = (value: number | null, digits = 0): string => (value === null ? NONE : value.toFixed(digits));

/** The local time of a bedtime: `2026-03-09T23:10:00+02:00` as `23:10`. */
const wallClock = (bedtime: string | null): string => bedtime?.slice(11, 16) ?? NONE;

const napsOf = ({ date, periods }: SleepRecord): number => sleepDay(date, periods).naps.length;

/** ` +2` for a night with two naps. */
const more = (night: SleepRecord): string => {
  const naps = napsOf(night);
  return naps > 0 ? ` +${naps}` : '';
};

const LEGEND = "+n: n naps. Bedtimes are the night's, durations are sums over the night and its naps.";

const COLUMNS: readonly (readonly [title: string, cell: (night: SleepRecord) => string])[] = [
  ['night', (night) => night.date],
  ['score', (night) => number(night.sleep_score)],
  ['asleep', (night) => hours(night.total_sleep_duration)],
  ['deep', (night) => hours(night.deep_sleep_duration)],
  ['REM', (night) => hours(night.rem_sleep_duration)],
  ['light', (night) => hours(night.light_sleep_duration)],
  ['awake', (night) => hours(night.awake_duration)],
  ['HR bpm', (night) => number(night.heart_rate, 1)],
  ['HRV ms', (night) => number(night.hrv, 0)],
  ['temp °C', (night) => number(night.temperature_delta, 2)],
  ['bedtime', (night) => `${wallClock(night.bedtime_start)}–${wallClock(night.bedtime_end)}${more(night)}`],
];

/** A table of the nights, oldest first, with a legend if a night has a nap. */
export const nightTable = (nights: readonly SleepRecord[]): string => {
  const table = new Table({
    head: COLUMNS.map(([title]) => title),
    ...TABLE_STYLE,
    colAligns: COLUMNS.map(([title]) => (title === 'night' ? 'left' : 'right')),
  });
  table.push(...nights.map((night) => COLUMNS.map(([, cell]) => cell(night))));
  return nights.some((night) => napsOf(night) > 0) ? `${table.toString()}\n${LEGEND}` : table.toString();
};
