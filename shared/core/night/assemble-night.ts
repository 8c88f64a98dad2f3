import { canonicalJson } from '../canonical-json.ts';
import { type DayRecords, withoutSeries } from '../collections.ts';
import type { Day } from '../day.ts';
import type { Night, NightMetrics } from '../sleep-record.ts';
import { lastDocument } from './last-document.ts';
import { mainPeriod } from './main-period.ts';
import {
  dailyReadinessSchema,
  dailySleepSchema,
  dailySpo2Schema,
  isCounted,
  parseRecord,
  periodSchema,
  type SleepPeriod,
} from './oura-records.ts';

type Measured = number | null | undefined;

/** The sum over the periods that have a value; null if none has one, because null is not zero. */
const sum = (values: readonly Measured[]): number | null => {
  const known = values.filter((value) => value != null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
};

/**
 * The mean of `of` over the periods that have a value, weighted by total_sleep_duration. A period with a null or zero
 * duration has no weight. If no period has a weight, it is the plain mean. Rounded to three decimals: Oura's own means
 * come in eighths (54.625), so a single period's value stays unchanged, while the noise of the division disappears.
 */
const weightedMean = (periods: readonly SleepPeriod[], of: (period: SleepPeriod) => Measured) => {
  const measured = periods.flatMap((period) => {
    const value = of(period);
    return value == null ? [] : [{ value, weight: period.total_sleep_duration ?? 0 }];
  });
  if (measured.length === 0) return null;
  const slept = measured.filter(({ weight }) => weight > 0);
  const terms = slept.length > 0 ? slept : measured.map(({ value }) => ({ value, weight: 1 }));
  const weight = terms.reduce((total, term) => total + term.weight, 0);
  // Normalize the weights first, so that the terms stay as small as the values for any durations.
  const mean = terms.reduce((total, term) => total + term.value * (term.weight / weight), 0);
  return Math.round(mean * 1000) / 1000;
};

const byBedtime = (a: SleepPeriod, b: SleepPeriod): number => {
  const order = Date.parse(a.bedtime_start) - Date.parse(b.bedtime_start);
  if (order !== 0) return order;
  const [left, right] = a.id === b.id ? [canonicalJson(a), canonicalJson(b)] : [a.id, b.id];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Oura's validated records of one day: periods in order of bedtime, and the latest document per daily collection. */
const parseDay = (date: Day, records: DayRecords) => ({
  periods: records.sleep
    .map((record) => parseRecord(periodSchema, 'sleep', date, withoutSeries(record)))
    .sort(byBedtime),
  sleep: lastDocument(
    records.daily_sleep.map((record) => parseRecord(dailySleepSchema, 'daily_sleep', date, record)),
  ),
  readiness: lastDocument(
    records.daily_readiness.map((record) =>
      parseRecord(dailyReadinessSchema, 'daily_readiness', date, record),
    ),
  ),
  spo2: lastDocument(
    records.daily_spo2.map((record) => parseRecord(dailySpo2Schema, 'daily_spo2', date, record)),
  ),
});

const nightOf = (date: Day, { periods, sleep, readiness, spo2 }: ReturnType<typeof parseDay>): Night => {
  const counted = periods.filter(isCounted);
  const main = mainPeriod(counted);
  const metrics: NightMetrics = {
    total_sleep_duration: sum(counted.map((period) => period.total_sleep_duration)),
    light_sleep_duration: sum(counted.map((period) => period.light_sleep_duration)),
    deep_sleep_duration: sum(counted.map((period) => period.deep_sleep_duration)),
    rem_sleep_duration: sum(counted.map((period) => period.rem_sleep_duration)),
    awake_duration: sum(counted.map((period) => period.awake_time)),
    sleep_score: sleep?.score ?? null,
    sleep_efficiency: main?.efficiency ?? null,
    sleep_latency: main?.latency ?? null,
    sleep_restlessness: sleep?.contributors?.restfulness ?? null,
    restless_periods: sum(counted.map((period) => period.restless_periods)),
    heart_rate: weightedMean(counted, (period) => period.average_heart_rate),
    hrv: weightedMean(counted, (period) => period.average_hrv),
    temperature_delta: readiness?.temperature_deviation ?? main?.readiness?.temperature_deviation ?? null,
    breathing_disturbances: spo2?.breathing_disturbance_index ?? null,
    bedtime_start: main?.bedtime_start ?? null,
    bedtime_end: main?.bedtime_end ?? null,
    sleep_timing: sleep?.contributors?.timing ?? null,
  };
  return { date, ...metrics, periods };
};

/**
 * The night of `date` from Oura's records of that day; null if no period counts. Only `long_sleep`, `sleep` and
 * `late_nap` count. The user rejected a `rest` and removed a `deleted`; a period without a type is not classified yet.
 * Counts and durations are sums over the counted periods; heart_rate and hrv are weighted means. Bedtimes, latency and
 * efficiency come from the main period, and all others from the latest daily document (docs/oura-api.md §4).
 * `periods` has every period of the day, counted or not, as Oura sent it, without its series.
 *
 * Pure, and does not depend on the order of the records. Throws {@link InvalidRecord}.
 */
export const assembleNight = (date: Day, records: DayRecords): Night | null => {
  const day = parseDay(date, records);
  return day.periods.some(isCounted) ? nightOf(date, day) : null;
};

/**
 * The replacement for a stored night after the user rejected or deleted all of its counted periods. The metrics that
 * come from periods are null, and `periods` shows the reason. Null if a period counts, and if Oura sent no period at
 * all, because that has other causes than a withdrawal (docs/oura-api.md §7.8). Throws {@link InvalidRecord}.
 */
export const withdrawnNight = (date: Day, records: DayRecords): Night | null => {
  const day = parseDay(date, records);
  return day.periods.length === 0 || day.periods.some(isCounted) ? null : nightOf(date, day);
};
