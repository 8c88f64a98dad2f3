import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { addDays, byDate, type Day, daysFrom } from '../../../shared/core/day.ts';
import { arrivalOf } from '../../../shared/core/freshness.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import type { NightMetrics, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { anomalousEpisodes, PAST_DAYS } from '../../insights/anomalies.ts';
import { presentNight } from '../../insights/features/as-of.ts';
import type { NightRow, NightsAnswer, PeriodRow } from './api.ts';
import { trendsOf } from './trends.ts';

/** The counted periods of a night and the number of its naps. */
const periodsOf = ({ date, periods }: SleepRecord): { rows: PeriodRow[]; naps: number } => {
  const { counted, naps } = sleepDay(date, periods);
  const rows = counted.map((period) => ({
    type: period.type,
    start: period.bedtime_start,
    end: period.bedtime_end,
    deep: period.deep_sleep_duration,
    light: period.light_sleep_duration,
    rem: period.rem_sleep_duration,
    awake: period.awake_time,
  }));
  return { rows, naps: naps.length };
};

const toRow = (night: SleepRecord): NightRow => {
  const { rows, naps } = periodsOf(night);
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, night[name]]));
  return {
    ...(metrics as unknown as NightMetrics),
    date: night.date,
    settled: night.settled,
    revision: night.revision,
    revised_at: night.history.at(-1)?.replaced_at ?? null,
    naps,
    periods: rows,
    remarks: night.remarks,
    incomplete: night.incomplete,
    vanished_since: night.vanished_since,
    arrival: arrivalOf(night)?.text ?? null,
  };
};

/**
 * An episode of unusual nights is reported even if the range cuts it. After at most six weeks, with every second night missing,
 * its nights are half of those that define the usual range, so they become usual themselves.
 */
const LONGEST_EPISODE_DAYS = 42;

/**
 * Reads the nights from `from` to `to` with their trends and anomalies. It reads dates by key, including the surrounding dates
 * that trends and anomalies need, so the cost grows with the range and not with the number of stored nights.
 */
export const readNights = async (sleepTable: SleepTable, from: Day, to: Day): Promise<NightsAnswer> => {
  const around = { from: addDays(from, -LONGEST_EPISODE_DAYS), to: addDays(to, LONGEST_EPISODE_DAYS) };
  const stored = await sleepTable.get(daysFrom(addDays(around.from, -PAST_DAYS), around.to));
  const known = [...stored.values()].sort(byDate);
  const isInRange = ({ date }: { date: Day }): boolean => date >= from && date <= to;
  return {
    from,
    to,
    nights: known.filter(isInRange).map(toRow),
    trends: trendsOf(stored, from, to),
    anomalies: anomalousEpisodes(known.map(presentNight), around).flat().filter(isInRange).sort(byDate),
  };
};
