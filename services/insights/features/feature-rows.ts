import type { SleepSummary } from '../../../shared/aws/store/sleep-table.ts';
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
import { RECHECK_AGES } from '../../../shared/core/recheck-schedule.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { SortedValues } from '../statistics/sorted-values.ts';
import type { TrainingDay } from '../training/training-day.ts';
import { type TrainingLoad, trainingLoad } from '../training/training-load.ts';
import { createKnownNights } from './as-of.ts';
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

/**
 * The values of a metric on the days of a calendar, as known on the morning of the latest day that has begun, and in order those
 * of the {@link USUAL_DAYS} before it.
 */
class KnownValues {
  private readonly values: (number | null)[] = [];
  private readonly past = new SortedValues(USUAL_DAYS);
  private day = -1;

  /** The values of `count` days up to the latest. */
  last(count: number): Values {
    return this.values.slice(Math.max(0, this.day + 1 - count), this.day + 1);
  }

  /** Begins the next day of the calendar. */
  begin(): void {
    const [left, entered] = [this.values[this.day - USUAL_DAYS] ?? null, this.values[this.day] ?? null];
    if (left !== null) this.past.remove(left);
    if (entered !== null) this.past.add(entered);
    this.day += 1;
    this.values.push(null);
  }

  /** Changes the value of a day that has begun. */
  set(day: number, value: number | null): void {
    const before = this.values[day] ?? null;
    if (value === before) return;
    this.values[day] = value;
    if (day === this.day || day < this.day - USUAL_DAYS) return;
    if (before !== null) this.past.remove(before);
    if (value !== null) this.past.add(value);
  }

  features(): MetricFeatures {
    const level = this.values[this.day] ?? null;
    return {
      level,
      mean_7: meanWhere(this.last(7), 4),
      mean_28: meanWhere(this.last(28), 14),
      deviation: level === null ? null : deviationFrom(level, this.past),
      lags: LAGS.map((lag) => this.values[this.day - lag] ?? null),
    };
  }
}

/**
 * The metrics of the nights of a calendar, as known on the morning of one day after another. A night without revisions never
 * changes once it is known, so only the others in reach are looked up again on each day.
 */
const createKnownMetrics = (records: readonly SleepSummary[], timeZone: string) => {
  const known = createKnownNights(records, timeZone);
  const recordOn = new Map(records.map((record) => [record.date, record]));
  const values = Object.fromEntries(METRIC_NAMES.map((metric) => [metric, new KnownValues()])) as Record<
    Metric,
    KnownValues
  >;
  /** The days in reach whose night may still change. */
  let open: { readonly at: number; readonly date: Day }[] = [];
  let days = 0;
  return {
    values,
    /** Whether the night had a nap when it was first known. */
    hasNap: (day: Day): boolean => (known.night(day, day)?.naps.length ?? 0) > 0,
    /** Begins the next day. Returns the record of its night if it is known. */
    begin: (day: Day): SleepSummary | undefined => {
      for (const metric of METRIC_NAMES) values[metric].begin();
      const at = days;
      days += 1;
      if (recordOn.has(day)) open.push({ at, date: day });
      let isKnown = false;
      open = open.filter((night) => {
        if (night.at < at - REACH_DAYS) return false;
        const metrics = known.night(night.date, day);
        if (night.at === at) isKnown = metrics !== undefined;
        for (const metric of METRIC_NAMES) {
          values[metric].set(night.at, metrics ? numberOf(metrics, metric) : null);
        }
        return metrics === undefined || recordOn.get(night.date)?.history.length !== 0;
      });
      return isKnown ? recordOn.get(day) : undefined;
    },
  };
};

/** The days of the rows. Default: from the first night or workout to the last night. */
const daysOf = (
  records: readonly SleepSummary[],
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
  records: readonly SleepSummary[],
  training: readonly TrainingDay[],
  timeZone: string,
  range: DayRange = {},
): FeatureRow[] => {
  const known = createKnownMetrics(records, timeZone);
  const loadOn = trainingLoad(training);
  const dates = daysOf(records, training, range);
  const [first] = dates;
  const reach = first === undefined ? [] : daysFrom(addDays(first, -REACH_DAYS), first).slice(0, -1);
  for (const day of reach) known.begin(day);
  return dates.map((date) => {
    const record = known.begin(date);
    const values = (metric: Metric): Values => known.values[metric].last(REACH_DAYS + 1);
    return {
      date,
      weekday: ((dayNumberOf(date) + 3) % 7) + 1,
      night_missing: values('total_sleep_duration').at(-1) == null,
      provisional: record
        ? daysBetween(date, dayIn(timeZone, Date.parse(record.first_synced_at))) < LAST_RECHECK
        : null,
      nap: record ? known.hasNap(date) : null,
      metrics: Object.fromEntries(
        METRIC_NAMES.map((metric) => [metric, known.values[metric].features()]),
      ) as Record<Metric, MetricFeatures>,
      sleep_debt_7d: sleepDebt(values('total_sleep_duration')),
      bedtime_start_sd_14: spreadOf(known.values.bedtime_start.last(REGULARITY_NIGHTS)),
      bedtime_end_sd_14: spreadOf(known.values.bedtime_end.last(REGULARITY_NIGHTS)),
      training: loadOn(date),
    };
  });
};
