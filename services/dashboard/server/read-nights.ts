import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { addDays, byDate, type Day, daysFrom } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { NightMetrics, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { PAST_DAYS } from '../../insights/rare-nights/usual-range.ts';
import type { NightRow, NightsAnswer, PeriodRow } from './api.ts';
import { summariesOf } from './group-nights.ts';
import { trendsOf } from './trends.ts';

/** The counted periods of a night and the number of its naps. */
const periodsOf = ({ date, periods }: SleepRecord): { rows: PeriodRow[]; naps: number } => {
  const { counted, naps } = sleepDay(date, periods);
  const rows = counted.map((period) => ({
    is_nap: naps.includes(period),
    start: period.bedtime_start,
    end: period.bedtime_end,
  }));
  return { rows, naps: naps.length };
};

export const toRow = (night: SleepRecord): NightRow => {
  const { rows, naps } = periodsOf(night);
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, night[name]]));
  return {
    ...(metrics as unknown as NightMetrics),
    date: night.date,
    settled: night.settled,
    revision: night.revision,
    naps,
    periods: rows,
    remarks: night.remarks,
    incomplete: night.incomplete,
    vanished_since: night.vanished_since,
    announced_at: night.announced_at,
    arrived_at: night.arrived_at,
  };
};

/**
 * Reads the nights from `from` to `to` with their trends. It reads dates by key, including the eight weeks before that trends
 * need, so the cost grows with the range and not with the number of stored nights.
 */
export const readNights = async (sleepTable: SleepTable, from: Day, to: Day): Promise<NightsAnswer> => {
  const stored = await sleepTable.get(daysFrom(addDays(from, -PAST_DAYS), to));
  const nights = [...stored.values()].filter(({ date }) => date >= from).sort(byDate);
  const [first] = nights;
  const range = { from: first && nights.length === stored.size ? first.date : from, to };
  return {
    ...range,
    nights: nights.map(toRow),
    trends: trendsOf(stored, range.from, to),
    summaries: summariesOf(nights, range),
  };
};
