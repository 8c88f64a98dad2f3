import type { DayRecords } from '../collections.ts';
import type { Day } from '../day.ts';
import {
  DOCUMENT_METRICS,
  type DocumentCollection,
  type DocumentIds,
  type DocumentMetric,
  type Night,
  type NightMetrics,
  type PeriodMetric,
} from '../sleep-record.ts';
import { lastDocument } from './last-document.ts';
import { parseDocument, parseNested } from './oura-records.ts';
import { periodSeries } from './period-series.ts';
import type { Remark } from './remarks.ts';
import { type SleepDay, type SleepPeriod, sleepDay, timeInBed } from './sleep-periods.ts';

/**
 * The version of the rules that compute a night from Oura's records, and of the form of a stored night. A change of either
 * needs the next number here: stored nights are then computed again from their periods (recompute-night.ts).
 */
export const RULES_VERSION = 2;

type Measured = number | null;
type ValueOf = (period: SleepPeriod) => Measured;

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

const valuesOf = (periods: readonly SleepPeriod[], of: ValueOf): number[] =>
  periods.map(of).filter((value) => value !== null);

/** The sum over the periods that have a value; null if none has one, because null is not zero. */
const sum = (periods: readonly SleepPeriod[], of: ValueOf): number | null => {
  const known = valuesOf(periods, of);
  // Fractions of seconds would add up with the noise of binary numbers.
  return known.length === 0 ? null : thousandths(known.reduce((total, value) => total + value, 0));
};

/**
 * The weighted mean over the periods that have a value. A period with an unknown or zero weight does not count. If no period
 * has a weight, it is the plain mean.
 */
const weightedMean = (periods: readonly SleepPeriod[], of: ValueOf, weightOf: ValueOf): number | null => {
  const measured = periods.flatMap((period) => {
    const value = of(period);
    return value === null ? [] : [{ value, weight: weightOf(period) ?? 0 }];
  });
  if (measured.length === 0) return null;
  const weighted = measured.filter(({ weight }) => weight > 0);
  const terms = weighted.length > 0 ? weighted : measured.map(({ value }) => ({ value, weight: 1 }));
  const weight = terms.reduce((total, term) => total + term.weight, 0);
  // Normalize the weights first, so that the terms stay as small as the values for any durations.
  return terms.reduce((total, term) => total + term.value * (term.weight / weight), 0);
};

/** Rounded to three decimals: Oura's own means come in eighths (54.625), so a single period's value stays unchanged. */
const meanBySleep = (periods: readonly SleepPeriod[], of: ValueOf): number | null => {
  const mean = weightedMean(periods, of, (period) => period.total_sleep_duration);
  return mean === null ? null : thousandths(mean);
};

/** A whole per cent, as Oura sends it; the value of a single part stays as sent. */
const efficiencyOf = (parts: readonly SleepPeriod[]): number | null => {
  const known = parts.filter(({ efficiency }) => efficiency !== null);
  const mean = weightedMean(known, ({ efficiency }) => efficiency, timeInBed);
  return known.length > 1 && mean !== null ? Math.round(mean) : mean;
};

/** The metrics that follow from the periods. */
export const periodMetrics = ({ counted, parts }: SleepDay): Pick<NightMetrics, PeriodMetric> => {
  const lowest = valuesOf(counted, (period) => period.lowest_heart_rate);
  return {
    total_sleep_duration: sum(counted, (period) => period.total_sleep_duration),
    light_sleep_duration: sum(counted, (period) => period.light_sleep_duration),
    deep_sleep_duration: sum(counted, (period) => period.deep_sleep_duration),
    rem_sleep_duration: sum(counted, (period) => period.rem_sleep_duration),
    awake_duration: sum(counted, (period) => period.awake_time),
    time_in_bed: sum(counted, timeInBed),
    sleep_efficiency: efficiencyOf(parts),
    sleep_latency: parts[0]?.latency ?? null,
    restless_periods: sum(counted, (period) => period.restless_periods),
    heart_rate: meanBySleep(counted, (period) => period.average_heart_rate),
    lowest_heart_rate: lowest.length === 0 ? null : Math.min(...lowest),
    hrv: meanBySleep(counted, (period) => period.average_hrv),
    breathing_rate: meanBySleep(counted, (period) => period.average_breath),
    bedtime_start: parts[0]?.bedtime_start ?? null,
    bedtime_end: parts.at(-1)?.bedtime_end ?? null,
  };
};

/** The metrics that follow from the latest daily documents. */
const documentMetrics = (
  records: DayRecords,
  main: SleepPeriod | undefined,
): { metrics: Pick<NightMetrics, DocumentMetric>; remarks: readonly Remark[] } => {
  const sleep = parseDocument('daily_sleep', lastDocument(records.daily_sleep));
  const contributors = parseNested('daily_sleep.contributors', sleep.values.contributors);
  const readiness = parseDocument('daily_readiness', lastDocument(records.daily_readiness));
  const spo2 = parseDocument('daily_spo2', lastDocument(records.daily_spo2));
  return {
    metrics: {
      sleep_score: sleep.values.score,
      sleep_restlessness: contributors.values.restfulness,
      sleep_timing: contributors.values.timing,
      temperature_delta: readiness.values.temperature_deviation ?? main?.temperature_deviation ?? null,
      readiness_score: readiness.values.score,
      breathing_disturbances: spo2.values.breathing_disturbance_index,
    },
    remarks: [sleep, contributors, readiness, spo2].flatMap((each) => each.remarks),
  };
};

/** The ids of the documents that {@link documentMetrics} reads. */
const documentIds = (records: DayRecords): DocumentIds =>
  Object.fromEntries(
    (Object.keys(DOCUMENT_METRICS) as DocumentCollection[]).flatMap((collection) => {
      const id = lastDocument(records[collection])?.['id'];
      return typeof id === 'string' ? [[collection, id]] : [];
    }),
  );

/** The night of a day whose periods are known; `records` has their series and the daily documents. */
const nightOf = (date: Day, day: SleepDay, records: DayRecords): Night => {
  const documents = documentMetrics(records, day.main);
  const document_ids = documentIds(records);
  const curves = day.counted.flatMap(({ id, sent }) => (id === null ? [] : periodSeries(id, sent)));
  return {
    date,
    ...periodMetrics(day),
    ...documents.metrics,
    periods: day.all.map(({ record }) => record),
    series: curves.flatMap(({ series }) => series ?? []),
    remarks: [...day.remarks, ...curves.flatMap(({ remarks }) => remarks), ...documents.remarks],
    incomplete: [],
    vanished_since: null,
    ...(Object.keys(document_ids).length > 0 && { document_ids }),
  };
};

/**
 * The night of `date` from Oura's records of that day; null if no period counts (sleep-periods.ts). Counts and durations
 * are sums over the counted periods; heart_rate, hrv and breathing_rate are weighted by sleep. Bedtimes, latency and
 * efficiency come from the parts of the night, and all others from the latest daily document (docs/data.md).
 * `periods` has every period of the day, counted or not, as Oura sent it, without its series.
 *
 * Pure, and does not depend on the order of the records. Throws {@link InvalidRecord} if the main period is unusable.
 */
export const assembleNight = (date: Day, records: DayRecords): Night | null => {
  const day = sleepDay(date, records.sleep);
  if (day.invalid) throw day.invalid;
  return day.counted.length > 0 ? nightOf(date, day, records) : null;
};

/**
 * The replacement for a stored night after the user rejected or deleted all of its counted periods. The metrics that
 * come from periods are null, and `periods` shows the reason. Null if a period counts, and if Oura sent no period at
 * all, because that has other causes than a withdrawal (docs/oura-api.md §7.8).
 */
export const withdrawnNight = (date: Day, records: DayRecords): Night | null => {
  const day = sleepDay(date, records.sleep);
  return day.all.length === 0 || day.main !== undefined ? null : nightOf(date, day, records);
};
