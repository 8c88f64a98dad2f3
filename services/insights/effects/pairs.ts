import { addDays, type Day, MS_PER_DAY } from '../../../shared/core/day.ts';
import { TRAINING_METRIC_NAMES, type TrainingMetric } from '../../../shared/core/metrics.ts';
import type { SleepMeasure } from '../../../shared/core/sleep-measures.ts';
import { MINUTES_PER_DAY } from '../../../shared/core/wall-time.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { napsBefore, nightBefore } from '../features/night-before.ts';
import { dayNumberOf, weekdayOf } from '../statistics/day-number.ts';
import type { TrainingDay } from '../training/training-day.ts';
import type { PairName } from './effects-report.ts';
import { measureNights, NIGHT_MEASURES, type NightMeasure } from './sleep-measures.ts';

/** One value per session; NaN where it is unknown. */
export type Column = Float64Array;

/** Two measures of each session. */
export interface Pair {
  readonly name: PairName;
  /** The earlier measure, which may have an effect. */
  readonly x: Column;
  /** The later one. */
  readonly y: Column;
  /** What else may explain the relation. Many pairs have the same columns. */
  readonly controls: readonly Column[];
  /** Per session, whether y of the previous session is among the controls. */
  readonly echoes: readonly boolean[];
}

/** The pairs of one direction. */
export interface Pairs {
  /** The days of the sessions, in order. */
  readonly dates: readonly Day[];
  /** Chosen in advance. */
  readonly primary: readonly Pair[];
  readonly exploratory: readonly Pair[];
}

/** Lags of the measures that have primary pairs. The others have only lag 0, because every test makes the rest less certain. */
const LAGS = [0, 1, 2, 3] as const;
type Lag = (typeof LAGS)[number];
/** The sleep debt covers the last seven nights, so the sessions of these days may have caused it. */
const DEBT_NIGHTS = [1, 2, 3, 4, 5, 6, 7] as const;

const PRIMARY_SLEEP: readonly SleepMeasure[] = [
  'total_sleep_duration',
  'hrv',
  'deep_and_rem_duration',
  'bedtime_start',
  'sleep_debt_7d',
  'readiness_score',
];
const PRIMARY_TRAINING: readonly TrainingMetric[] = ['volume_load', 'estimated_1rm_change'];

/** The measures of training that can affect the next night. The change of strength is a result, not a strain. */
const STRAINS = ['volume_load', 'sets'] as const satisfies readonly TrainingMetric[];
const PRIMARY_AFTER_TRAINING: readonly SleepMeasure[] = [
  'total_sleep_duration',
  'hrv',
  'deep_and_rem_duration',
  'bedtime_start',
  'lowest_heart_rate',
  'readiness_score',
];

const columnOf = <Item>(items: readonly Item[], read: (item: Item) => number | null): Column => {
  const column = new Float64Array(items.length);
  for (const [at, item] of items.entries()) column[at] = read(item) ?? Number.NaN;
  return column;
};

/** The previous session's values. */
const shifted = (column: Column): Column => column.map((_, at) => column[at - 1] ?? Number.NaN);

const weekdayColumns = (training: readonly TrainingDay[]): Column[] =>
  [1, 2, 3, 4, 5, 6].map((weekday) =>
    columnOf(training, ({ date }) => (weekdayOf(dayNumberOf(date)) === weekday ? 1 : 0)),
  );

/**
 * When each session began, in minutes from midnight UTC of its date: the clock of the user plus an offset, which slow variation
 * removes. An early session ends the night before it, and may be lighter for another reason.
 */
const clockColumn = (training: readonly TrainingDay[]): Column =>
  columnOf(training, ({ date, first_set_at }) => first_set_at / 60_000 - dayNumberOf(date) * MINUTES_PER_DAY);

/** How many days in a row before each session had one, too: the last of four days of training is harder than the first. */
const daysInARowColumn = (training: readonly TrainingDay[]): Column => {
  const rows = new Map<number, number>();
  for (const { date } of training) {
    const day = dayNumberOf(date);
    const before = rows.get(day - 1);
    rows.set(day, before === undefined ? 0 : before + 1);
  }
  return columnOf(training, ({ date }) => rows.get(dayNumberOf(date)) ?? 0);
};

/** The number of sessions and the volume load, both summed over some days before each date. */
const loadColumns = (
  training: readonly TrainingDay[],
  dates: readonly (Day | undefined)[],
  daysBefore: readonly number[],
): Column[] => {
  const loads = new Map(training.map(({ date, volume_load }) => [dayNumberOf(date), volume_load]));
  const before = dates.map((date) => {
    const day = date === undefined ? Number.NaN : dayNumberOf(date);
    return daysBefore.flatMap((days) => loads.get(day - days) ?? []);
  });
  return [
    columnOf(before, ({ length }) => length),
    columnOf(before, (volumes) => volumes.reduce((sum, volume) => sum + volume, 0)),
  ];
};

/** The nights that can be next to a session of a date. */
const nightsAround = (nights: readonly DatedNight[]): ((date: Day) => readonly DatedNight[]) => {
  const onDate = new Map(nights.map((night) => [night.date, night]));
  return (date) => [-1, 0, 1, 2].flatMap((days) => onDate.get(addDays(date, days)) ?? []);
};

/** The first night that began after the first set, at most a day later. */
const nightAfter = (nights: readonly DatedNight[], instant: number): DatedNight | undefined =>
  nights.find(
    ({ started_at }) => started_at !== null && started_at >= instant && started_at < instant + MS_PER_DAY,
  );

const isPrimary = ({ name }: Pair, sleep: readonly SleepMeasure[], training: readonly TrainingMetric[]) =>
  name.lag_days === 0 && sleep.includes(name.sleep_metric) && training.includes(name.training_metric);

/**
 * Pairs each session with the sleep before it: the measures of the last night that ended before the first set, of the one to
 * three nights before that one, the sleep debt, and naps between that night and the first set.
 *
 * Controls: the weekday; the time of day; the sleep measure one night earlier, so that an effect has one lag; the training
 * measure and the volume load of the previous session; the volume load of the two days before the night, of seven for the sleep
 * debt. Without the last two, a heavy session that worsens a night and also changes the next session would pass for an effect of
 * that night.
 * @param training in order of date
 */
export const sleepBeforeTraining = (
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
): Pairs => {
  const around = nightsAround(nights);
  const measured = measureNights(nights);
  const lastNights = training.map(({ date, first_set_at }) => nightBefore(around(date), first_set_at)?.date);
  const nightsAt = [...LAGS, LAGS.length].map((lag) => lastNights.map((date) => date && addDays(date, -lag)));
  const times = [...weekdayColumns(training), clockColumn(training), daysInARowColumn(training)];
  const previousVolume = shifted(columnOf(training, ({ volume_load }) => volume_load));
  const loads = LAGS.map((lag) =>
    [1, 2].flatMap((days) => loadColumns(training, nightsAt[lag] ?? [], [days])),
  );
  const echoes = training.map(() => true);
  const outcomes = TRAINING_METRIC_NAMES.map((name) => {
    const y = columnOf(training, (day) => day[name]);
    const previous = shifted(y);
    return { name, y, commons: loads.map((before) => [...times, previous, previousVolume, ...before]) };
  });
  const pairsWith = (sleep_metric: SleepMeasure, lag_days: Lag, x: Column, own: readonly Column[]): Pair[] =>
    outcomes.map(({ name, y, commons }) => ({
      name: { sleep_metric, training_metric: name, lag_days },
      ...{ x, y, controls: [...(commons[lag_days] ?? []), ...own], echoes },
    }));
  const debt = columnOf(lastNights, (date) => measured.debtOn(date));
  const naps = columnOf(training, ({ date, first_set_at }) => napsBefore(around(date), first_set_at));
  const all = [
    ...NIGHT_MEASURES.flatMap((measure) => {
      const columns = nightsAt.map((dates) => columnOf(dates, (date) => measured.on(date, measure)));
      return LAGS.slice(0, PRIMARY_SLEEP.includes(measure) ? LAGS.length : 1).flatMap((lag) => {
        const [x, earlier] = [columns[lag], columns[lag + 1]];
        return x && earlier ? pairsWith(measure, lag, x, [earlier]) : [];
      });
    }),
    ...pairsWith('sleep_debt_7d', 0, debt, loadColumns(training, lastNights, DEBT_NIGHTS)),
    ...pairsWith('nap_duration', 0, naps, []),
  ];
  return {
    dates: training.map(({ date }) => date),
    primary: PRIMARY_TRAINING.flatMap((metric) =>
      PRIMARY_SLEEP.flatMap((measure) => all.filter((pair) => isPrimary(pair, [measure], [metric]))),
    ),
    exploratory: all.filter((pair) => !isPrimary(pair, PRIMARY_SLEEP, PRIMARY_TRAINING)),
  };
};

/**
 * Pairs each session with the first night that began after its first set. Controls: the weekday, the time of day, the measure of
 * the two nights before that night, the training measure of the previous session, and the volume load of the two days before.
 * @param training in order of date
 */
export const trainingBeforeSleep = (
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
): Pairs => {
  const around = nightsAround(nights);
  const measured = measureNights(nights);
  const dates = training.map(({ date }) => date);
  const nextNights = training.map(({ date, first_set_at }) => nightAfter(around(date), first_set_at)?.date);
  const earlierNights = [1, 2].map((days) => nextNights.map((date) => date && addDays(date, -days)));
  const echoes = nextNights.map(
    (_, at) => at > 0 && earlierNights.some((those) => those[at] === nextNights[at - 1]),
  );
  const controls = [
    ...weekdayColumns(training),
    clockColumn(training),
    daysInARowColumn(training),
    ...[1, 2].flatMap((days) => loadColumns(training, dates, [days])),
  ];
  const strains = STRAINS.map((name) => {
    const x = columnOf(training, (day) => day[name]);
    return { name, x, common: [...controls, shifted(x)] };
  });
  const all = NIGHT_MEASURES.flatMap((measure: NightMeasure) => {
    const valuesOn = (days: readonly (Day | undefined)[]): Column =>
      columnOf(days, (date) => measured.on(date, measure));
    const y = valuesOn(nextNights);
    const own = earlierNights.map(valuesOn);
    return strains.map(
      ({ name, x, common }): Pair => ({
        name: { sleep_metric: measure, training_metric: name, lag_days: 0 },
        ...{ x, y, controls: [...common, ...own], echoes },
      }),
    );
  });
  return {
    dates,
    primary: PRIMARY_AFTER_TRAINING.flatMap((measure) =>
      all.filter((pair) => isPrimary(pair, [measure], ['volume_load'])),
    ),
    exploratory: all.filter((pair) => !isPrimary(pair, PRIMARY_AFTER_TRAINING, ['volume_load'])),
  };
};
