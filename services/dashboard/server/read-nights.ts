import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import { addDays, byDate, type Day, daysFrom } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { isCounted } from '../../../shared/core/night/oura-records.ts';
import type { NightMetrics, Period, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { anomalousEpisodes, PAST_DAYS } from '../../insights/anomalies.ts';
import type { NightRow, NightsAnswer, PeriodRow } from './api.ts';
import { trendsOf } from './trends.ts';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The periods that the night is made of, as Oura sent them. */
export const countedPeriods = ({ periods }: SleepRecord): Period[] => periods.filter(isCounted);

/** The counted periods of a night, in the order of their start. */
const periodsOf = (night: SleepRecord): PeriodRow[] =>
  countedPeriods(night)
    .map((period) => ({
      type: text(period['type']),
      start: text(period['bedtime_start']),
      end: text(period['bedtime_end']),
      deep: number(period['deep_sleep_duration']),
      light: number(period['light_sleep_duration']),
      rem: number(period['rem_sleep_duration']),
      awake: number(period['awake_time']),
    }))
    .sort((one, other) => Date.parse(one.start ?? '') - Date.parse(other.start ?? ''));

const toRow = (night: SleepRecord): NightRow => {
  const periods = periodsOf(night);
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, night[name]]));
  return {
    ...(metrics as unknown as NightMetrics),
    date: night.date,
    settled: night.settled,
    revision: night.revision,
    revised_at: night.history.at(-1)?.replaced_at ?? null,
    naps: Math.max(0, periods.length - 1),
    periods,
  };
};

/**
 * Nights in a row that are out of the usual are told as such, also where the range cuts them. After six weeks at most,
 * with every second one missing, they are the usual themselves: half of the nights that it is taken from.
 */
const LONGEST_EPISODE_DAYS = 42;

/**
 * The nights from `from` to `to` with what was usual on each date. Reads the dates by their keys, and those around
 * them that the baseline and the anomalies rest on: what it costs grows with the range, not with the years that are stored.
 */
export const readNights = async (sleepTable: SleepTable, from: Day, to: Day): Promise<NightsAnswer> => {
  const around = { from: addDays(from, -LONGEST_EPISODE_DAYS), to: addDays(to, LONGEST_EPISODE_DAYS) };
  const stored = await sleepTable.get(daysFrom(addDays(around.from, -PAST_DAYS), around.to));
  const known = [...stored.values()].sort(byDate);
  const isAskedFor = ({ date }: { date: Day }): boolean => date >= from && date <= to;
  return {
    from,
    to,
    nights: known.filter(isAskedFor).map(toRow),
    trends: trendsOf(stored, from, to),
    anomalies: anomalousEpisodes(known, around).flat().filter(isAskedFor).sort(byDate),
  };
};
