import {
  addDays,
  type Day,
  type DayRange,
  dayIn,
  daysBetween,
  daysFrom,
  laterDay,
} from '../../../shared/core/day.ts';
import { METRIC_NAMES, type Metric } from '../../../shared/core/metrics.ts';
import { sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import { RECHECK_AGES } from '../../../shared/core/recheck-schedule.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import type { TrainingDay } from '../training/training-day.ts';
import { type TrainingLoad, trainingLoad } from '../training/training-load.ts';
import { createKnownNights, type KnownNights, periodsIn } from './as-of.ts';
import { numberOf } from './metric-values.ts';
import { deviationFrom, meanWhere, spreadOf } from './past-values.ts';
import { DEBT_DAYS, sleepDebt } from './sleep-debt.ts';

/** How many days before a row its features need. The sleep debt needs the most. */
const REACH_DAYS = DEBT_DAYS - 1;
export const LAGS = [1, 2, 3] as const;
const REGULARITY_NIGHTS = 14;
const USUAL_DAYS = 56;
const LAST_RECHECK = Math.max(...RECHECK_AGES);

/** The features of one metric. */
export interface MetricFeatures {
  /** The night that ended on the day. Bedtimes in minutes from the day's first midnight. */
  readonly level: number | null;
  readonly mean_7: number | null;
  readonly mean_28: number | null;
  readonly deviation: number | null;
  /** The nights 1, 2 and 3 days before. */
  readonly lags: readonly (number | null)[];
}

/** The features of one day, as known on its morning. */
export interface FeatureRow {
  readonly date: Day;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
  readonly night_missing: boolean;
  readonly provisional: boolean | null;
  readonly nap: boolean | null;
  readonly metrics: Readonly<Record<Metric, MetricFeatures>>;
  readonly sleep_debt_7d: number | null;
  readonly bedtime_start_sd_14: number | null;
  readonly bedtime_end_sd_14: number | null;
  readonly training: TrainingLoad;
}

/** The values of a metric on the days up to a row's day (the last), as known on that row's morning. */
type Values = readonly (number | null)[];

const metricFeatures = (values: Values): MetricFeatures => {
  const level = values.at(-1) ?? null;
  return {
    level,
    mean_7: meanWhere(values.slice(-7), 4),
    mean_28: meanWhere(values.slice(-28), 14),
    deviation: level === null ? null : deviationFrom(level, values.slice(0, -1)),
    lags: LAGS.map((lag) => values.at(-1 - lag) ?? null),
  };
};

type Numbers = Readonly<Record<Metric, number | null>>;

/**
 * Looks up the metrics of the night of `date` as known on the morning of `day`, as numbers. A night without revisions never
 * changes once it is known, so it is cached.
 */
const numbersBy = (known: KnownNights, recordOn: ReadonlyMap<Day, SleepRecord>) => {
  const lasting = new Map<Day, Numbers>();
  return (date: Day, day: Day): Numbers | undefined => {
    const before = lasting.get(date);
    if (before !== undefined) return before;
    const night = known.night(date, day);
    if (night === undefined) return undefined;
    const numbers = Object.fromEntries(
      METRIC_NAMES.map((metric) => [metric, numberOf(night, metric)]),
    ) as Record<Metric, number | null>;
    if (recordOn.get(date)?.history.length === 0) lasting.set(date, numbers);
    return numbers;
  };
};

/** Whether the night had a nap when it was first stored. Later revisions do not change what was known then. */
const hadNap = ({ date, history, periods }: SleepRecord): boolean => {
  const replaced = history.map(({ changed }) => periodsIn(changed)).find((list) => list !== undefined);
  return sleepDay(date, replaced ?? periods).naps.length > 0;
};

/** The days of the rows. Default: from the first night or workout to the last night. */
const daysOf = (
  records: readonly SleepRecord[],
  training: readonly TrainingDay[],
  { from, to }: DayRange,
): Day[] => {
  const nights = records.map(({ date }) => date).sort();
  const [firstNight] = nights;
  const lastNight = nights.at(-1);
  if (firstNight === undefined || lastNight === undefined) return from && to ? daysFrom(from, to) : [];
  const trained = training[0]?.date ?? firstNight;
  const first = trained < firstNight ? trained : firstNight;
  return daysFrom(laterDay(from ?? first, first), to ?? lastNight);
};

/**
 * Builds one row per day from what was known on its morning: nights as defined by {@link createKnownNights}, and training of
 * the days before. Later nights, revisions and workouts never change a row.
 * @param training in order of date
 * @param range default: from the first night or workout to the last night
 */
export const featureRows = (
  records: readonly SleepRecord[],
  training: readonly TrainingDay[],
  timeZone: string,
  range: DayRange = {},
): FeatureRow[] => {
  const known = createKnownNights(records, timeZone);
  const recordOn = new Map(records.map((record) => [record.date, record]));
  const numbersOn = numbersBy(known, recordOn);
  const loadOn = trainingLoad(training);
  const dates = daysOf(records, training, range);
  const [first] = dates;
  const reach = first === undefined ? [] : daysFrom(addDays(first, -REACH_DAYS), first).slice(0, -1);
  const calendar = [...reach, ...dates];
  return dates.map((date, at) => {
    const days = calendar.slice(at, at + REACH_DAYS + 1);
    const nights = days.map((day) => numbersOn(day, date));
    const values = (metric: Metric): Values => nights.map((night) => night?.[metric] ?? null);
    const record = nights.at(-1) && recordOn.get(date);
    return {
      date,
      weekday: ((dayNumberOf(date) + 3) % 7) + 1,
      night_missing: nights.at(-1)?.total_sleep_duration == null,
      provisional: record
        ? daysBetween(date, dayIn(timeZone, Date.parse(record.first_synced_at))) < LAST_RECHECK
        : null,
      nap: record ? hadNap(record) : null,
      metrics: Object.fromEntries(
        METRIC_NAMES.map((metric) => [metric, metricFeatures(values(metric).slice(-1 - USUAL_DAYS))]),
      ) as Record<Metric, MetricFeatures>,
      sleep_debt_7d: sleepDebt(values('total_sleep_duration')),
      bedtime_start_sd_14: spreadOf(values('bedtime_start').slice(-REGULARITY_NIGHTS)),
      bedtime_end_sd_14: spreadOf(values('bedtime_end').slice(-REGULARITY_NIGHTS)),
      training: loadOn(date),
    };
  });
};
