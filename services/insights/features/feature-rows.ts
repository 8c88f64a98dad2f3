import {
  addDays,
  type Day,
  type DayRange,
  dayIn,
  daysBetween,
  daysFrom,
  laterDay,
} from '../../../shared/core/day.ts';
import { METRIC_NAMES, type Metric, type TrainingMetric } from '../../../shared/core/metrics.ts';
import { RECHECK_AGES } from '../../../shared/core/recheck-schedule.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { hasSets, type TrainingDay } from '../training/training-day.ts';
import { type TrainingLoad, trainingLoad } from '../training/training-load.ts';
import { createKnownNights, type KnownNight } from './as-of.ts';
import { FEATURE_DAYS, KnownValues, type MetricFeatures } from './known-values.ts';
import { type DatedNight, numberOf } from './metric-values.ts';
import { napsBefore, nightBefore } from './night-before.ts';
import { spreadOf } from './past-values.ts';
import { DEBT_DAYS, sleepDebt } from './sleep-debt.ts';

/** How many days before a row its features need. The sleep debt needs the most, from the row's night, at most a day before. */
const REACH_DAYS = Math.max(DEBT_DAYS, FEATURE_DAYS);
const REGULARITY_NIGHTS = 14;
const LAST_RECHECK = Math.max(...RECHECK_AGES);

/** What is known of the night of a row. */
interface NightFeatures {
  readonly date: Day;
  /** Oura could still revise it when it was first stored. */
  readonly provisional: boolean;
  /** Seconds from its end until its values were stored; null if it has no end. */
  readonly age_when_known: number | null;
  /** It was first stored after its day. */
  readonly late: boolean;
}

/** The training of a row's day. Null without a set. */
type Targets = { readonly [Name in TrainingMetric]: number | null };

/**
 * The features of one day, as known on its morning. The row's night is that of the day. With a workout, it is the night before
 * the first set, so that nothing in the features but `nap_duration` can have happened in between.
 */
export interface FeatureRow {
  readonly date: Day;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
  /** The start of the day's first workout, epoch ms; null without one. */
  readonly first_set_at: number | null;
  /** Null if the night is not known. */
  readonly night: NightFeatures | null;
  readonly night_missing: boolean;
  readonly metrics: Readonly<Record<Metric, MetricFeatures>>;
  /** Seconds asleep in known naps between the night and the first set; null without a workout or a night. */
  readonly nap_duration: number | null;
  /** Those of the nights 1, 2 and 3 days before, all day. */
  readonly nap_duration_lags: readonly (number | null)[];
  readonly sleep_debt_7d: number | null;
  readonly bedtime_start_sd_14: number | null;
  readonly bedtime_end_sd_14: number | null;
  readonly training: TrainingLoad;
  readonly targets: Targets;
}

const NO_TARGETS: Targets = { volume_load: null, sets: null, estimated_1rm_change: null };

/** A value of the calendar: a metric of the night, or its naps. */
const CALENDAR = [...METRIC_NAMES, 'nap_duration'] as const;

const valueIn = (night: DatedNight | undefined, name: (typeof CALENDAR)[number]): number | null => {
  if (night === undefined) return null;
  return name === 'nap_duration'
    ? night.naps.reduce((sum, { seconds }) => sum + seconds, 0)
    : numberOf(night, name);
};

/**
 * The nights of a calendar, as known on one day after another. A night without revisions never changes once it is known, so
 * only the others in reach are looked up again on each day.
 */
const createCalendar = (records: readonly SleepRecord[], timeZone: string) => {
  const known = createKnownNights(records, timeZone);
  const isRevised = new Map(records.map(({ date, history }) => [date, history.length > 0]));
  const values = Object.fromEntries(CALENDAR.map((name) => [name, new KnownValues()])) as Record<
    (typeof CALENDAR)[number],
    KnownValues
  >;
  /** The days in reach whose night may still change. */
  let open: { readonly at: number; readonly date: Day }[] = [];
  let days = 0;
  return {
    values,
    /**
     * Begins the next day. Returns the night of its row and the nights that it could come from.
     * @param firstSet a night that ended later (epoch ms) is not known yet
     */
    begin: (
      day: Day,
      firstSet: number | null,
    ): { night: KnownNight | undefined; near: readonly DatedNight[] } => {
      const isOver = ({ ended_at }: DatedNight): boolean =>
        firstSet === null || (ended_at !== null && ended_at <= firstSet);
      const versionOf = (date: Day): KnownNight | undefined => {
        const version = known.version(date, day);
        return version && isOver(version.night) ? version : undefined;
      };
      for (const name of CALENDAR) values[name].begin();
      const at = days;
      days += 1;
      if (isRevised.has(day)) open.push({ at, date: day });
      open = open.filter(({ at: of, date }) => {
        if (of < at - REACH_DAYS) return false;
        const night = versionOf(date)?.night;
        for (const name of CALENDAR) values[name].set(of, valueIn(night, name));
        return night === undefined || isRevised.get(date);
      });
      if (firstSet === null) return { night: versionOf(day), near: [] };
      const versions = [versionOf(addDays(day, -1)), versionOf(day)].filter(
        (version) => version !== undefined,
      );
      const near = versions.map(({ night }) => night);
      const before = nightBefore(near, firstSet);
      return { night: versions.find(({ night }) => night === before), near };
    },
  };
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
 * the days before. Later nights, revisions and workouts never change a row, except its targets.
 * @param training in order of date
 * @param range default: from the first night or workout to the last night
 */
export const featureRows = (
  records: readonly SleepRecord[],
  training: readonly TrainingDay[],
  timeZone: string,
  range: DayRange = {},
): FeatureRow[] => {
  const calendar = createCalendar(records, timeZone);
  const recordOn = new Map(records.map((record) => [record.date, record]));
  const trainingOn = new Map(training.map((trained) => [trained.date, trained]));
  const loadOn = trainingLoad(training);
  const dates = daysOf(records, training, range);
  const [first] = dates;
  const reach = first === undefined ? [] : daysFrom(addDays(first, -REACH_DAYS), first).slice(0, -1);
  for (const day of reach) calendar.begin(day, null);
  const featuresOf = ({ night, since }: KnownNight): NightFeatures => {
    const arrived = dayIn(timeZone, Date.parse(recordOn.get(night.date)?.first_synced_at ?? ''));
    return {
      date: night.date,
      provisional: daysBetween(night.date, arrived) < LAST_RECHECK,
      age_when_known: night.ended_at === null ? null : Math.round((since - night.ended_at) / 1000),
      late: arrived > night.date,
    };
  };
  const { values } = calendar;
  return dates.map((date) => {
    const trained = trainingOn.get(date);
    const firstSet = trained?.first_set_at ?? null;
    const { night: version, near } = calendar.begin(date, firstSet);
    const ago = version ? daysBetween(version.night.date, date) : 0;
    const asleep = values.total_sleep_duration.last(DEBT_DAYS, ago);
    return {
      date,
      weekday: ((dayNumberOf(date) + 3) % 7) + 1,
      first_set_at: firstSet,
      night: version ? featuresOf(version) : null,
      night_missing: asleep.at(-1) == null,
      metrics: Object.fromEntries(
        METRIC_NAMES.map((metric) => [metric, values[metric].features(ago)]),
      ) as Record<Metric, MetricFeatures>,
      nap_duration: firstSet === null ? null : napsBefore(near, firstSet),
      nap_duration_lags: values.nap_duration.lags(ago),
      sleep_debt_7d: sleepDebt(asleep),
      bedtime_start_sd_14: spreadOf(values.bedtime_start.last(REGULARITY_NIGHTS, ago)),
      bedtime_end_sd_14: spreadOf(values.bedtime_end.last(REGULARITY_NIGHTS, ago)),
      training: loadOn(date),
      targets: trained && hasSets(trained) ? trained : NO_TARGETS,
    };
  });
};
