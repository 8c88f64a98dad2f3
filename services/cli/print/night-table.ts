import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { type Column, createTable } from './table.ts';

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

const SUMS = 'Durations are sums over the night and its naps.';
const MARKS = "+n: n naps. Bedtimes are the night's.";

/** The title, the cell, and when the column leaves a narrow terminal (the highest number first). */
const COLUMNS: readonly (readonly [title: string, cell: (night: SleepRecord) => string, leaves?: number])[] =
  [
    ['night', (night) => night.date],
    ['score', (night) => number(night.sleep_score)],
    ['asleep', (night) => hours(night.total_sleep_duration)],
    ['deep', (night) => hours(night.deep_sleep_duration), 3],
    ['REM', (night) => hours(night.rem_sleep_duration), 4],
    ['light', (night) => hours(night.light_sleep_duration), 7],
    ['awake', (night) => hours(night.awake_duration), 6],
    ['HR bpm', (night) => number(night.heart_rate, 1), 2],
    ['HRV ms', (night) => number(night.hrv, 0), 1],
    ['temp °C', (night) => number(night.temperature_delta, 2), 8],
    [
      'bedtime',
      (night) => `${wallClock(night.bedtime_start)}–${wallClock(night.bedtime_end)}${more(night)}`,
      5,
    ],
  ];

const TABLE_COLUMNS = COLUMNS.map(
  ([title, , leaves]): Column => ({
    title,
    ...(title !== 'night' && { align: 'right' }),
    ...(leaves !== undefined && { leaves }),
  }),
);

/** A table of the nights, oldest first, with a legend if a night has a nap. A narrow terminal has no bedtimes to explain. */
export const nightTable = (nights: readonly SleepRecord[], width?: number): string => {
  const table = createTable(
    TABLE_COLUMNS,
    nights.map((night) => COLUMNS.map(([, cell]) => cell(night))),
    width,
  );
  if (nights.every((night) => napsOf(night) === 0)) return table;
  return `${table}\n${/ \+\d/.test(table) ? `${MARKS} ${SUMS}` : SUMS}`;
};
