import type { SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import type { RawRecord } from '../../../shared/core/collections.ts';
import { addDays, type Day, daysBetween, daysFrom, laterDay } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { isRate } from '../../../shared/core/night/parse-fields.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { periodsOf } from '../../insights/export/periods.ts';
import { PHASE_SECONDS, seriesOf } from '../../insights/export/series.ts';
import { PAST_DAYS } from '../../insights/rare-nights/usual-range.ts';
import {
  EARLIEST,
  type GapRow,
  type NightAnswer,
  type NightPeriod,
  type NightRevision,
  type StripNight,
} from './api.ts';
import { toRow } from './read-nights.ts';
import { trendsOf } from './trends.ts';

const STRIP_DAYS = 14;

/**
 * The dates of the strip: `newest` and the 13 before it, the 14 before those, and so on, none before {@link EARLIEST}. It stays
 * the same while the user steps through it.
 */
export const stripAround = (date: Day, newest: Day): Day[] => {
  const end =
    date > newest ? date : addDays(newest, -STRIP_DAYS * Math.floor(daysBetween(date, newest) / STRIP_DAYS));
  const first = laterDay(addDays(end, 1 - STRIP_DAYS), EARLIEST);
  return daysFrom(first, addDays(first, STRIP_DAYS - 1));
};

const stripNight = (date: Day, night: SleepRecord | undefined): StripNight => ({
  date,
  stored: night !== undefined,
  sleep_score: night?.sleep_score ?? null,
  total_sleep_duration: night?.total_sleep_duration ?? null,
  deep_sleep_duration: night?.deep_sleep_duration ?? null,
  rem_sleep_duration: night?.rem_sleep_duration ?? null,
  light_sleep_duration: night?.light_sleep_duration ?? null,
});

/** Every period with its samples, which equal those of the export. */
const nightPeriods = (night: SleepRecord): NightPeriod[] => {
  const samples = Map.groupBy(seriesOf([night]), ({ period_id }) => period_id);
  return periodsOf([night]).map(({ period, counted, nap }) => ({
    type: period.type,
    role: counted ? (nap ? 'nap' : 'part') : 'ignored',
    start: period.bedtime_start,
    end: period.bedtime_end,
    samples: (samples.get(period.id ?? '') ?? []).map(({ at, phase, heart_rate, hrv }) => ({
      at,
      phase,
      heart_rate,
      hrv,
    })),
  }));
};

/** What each revision changed. `history` has the earlier values; the later ones are those of the next revision. */
export const revisionsOf = (night: SleepRecord): NightRevision[] => {
  const later: Record<string, unknown> = { ...night };
  return night.history
    .toReversed()
    .map(({ replaced_at, changed }) => {
      const changes = METRIC_NAMES.filter((metric) => metric in changed).map((metric) => ({
        metric,
        before: valueIn(changed[metric]),
        after: valueIn(later[metric]),
      }));
      Object.assign(later, changed);
      return { at: replaced_at, changes };
    })
    .reverse();
};

const valueIn = (value: unknown): number | string | null =>
  typeof value === 'number' || typeof value === 'string' ? value : null;

const isObject = (value: unknown): value is RawRecord => typeof value === 'object' && value !== null;

/** Oura sends the readiness of a day with its long sleep. */
const readinessOf = ({ date, periods }: SleepRecord): NightAnswer['readiness'] => {
  const sent = periodsOf([{ date, periods }]).find(({ period }) => period.readiness !== null);
  const { contributors } = (sent?.period.readiness ?? {}) as RawRecord;
  const known = Object.entries(isObject(contributors) ? contributors : {}).filter(
    (entry): entry is [string, number] => isRate(entry[1]),
  );
  return known.length === 0 ? null : Object.fromEntries(known);
};

/**
 * The nearest stored dates. They are nearly always among `read`, the stored dates around; the keys of all nights are read only for
 * the first night and beside a long gap.
 */
const neighbours = async (
  sleepTable: SleepTable,
  date: Day,
  read: readonly Day[],
  newest: Day,
): Promise<Pick<NightAnswer, 'earlier' | 'later'>> => {
  const among = (dates: readonly Day[]) => ({
    earlier: dates.findLast((other) => other < date) ?? null,
    later: dates.find((other) => other > date) ?? null,
  });
  const near = among(read);
  if (near.earlier !== null && (near.later !== null || date >= newest)) return near;
  return among((await Array.fromAsync(sleepTable.dates())).sort());
};

/**
 * Reads everything about one night.
 * @param newest the newest stored night
 * @param gapOn says why a date has no night
 */
export const readNight = async (
  sleepTable: SleepTable,
  date: Day,
  newest: Day,
  gapOn: (date: Day) => Promise<GapRow | null>,
): Promise<NightAnswer> => {
  const strip = stripAround(date, newest);
  const stored = await sleepTable.get(daysFrom(addDays(date, -PAST_DAYS), addDays(date, STRIP_DAYS)));
  const night = stored.get(date);
  const [around, gap] = await Promise.all([
    neighbours(sleepTable, date, [...stored.keys()].sort(), newest),
    night?.vanished_since === null ? null : gapOn(date),
  ]);
  return {
    date,
    night: night ? toRow(night) : null,
    gap,
    periods: night ? nightPeriods(night) : [],
    phase_seconds: PHASE_SECONDS,
    trends: trendsOf(stored, date, date),
    readiness: night ? readinessOf(night) : null,
    revisions: night ? revisionsOf(night) : [],
    ...around,
    strip: strip.map((each) => stripNight(each, stored.get(each))),
  };
};
