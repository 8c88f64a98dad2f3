import { byDate, type Day, type DayRange, earlierDay } from '../../shared/core/day.ts';
import type { SleepRecord } from '../../shared/core/sleep-record.ts';
import { type EffectPoint, effectPoints, effects } from './effects/effects.ts';
import type { Direction, EffectsReport, PairName } from './effects/effects-report.ts';
import { createKnownNights } from './features/as-of.ts';
import type { DatedNight } from './features/metric-values.ts';
import { type Measures, measures } from './measures/measures.ts';
import type { RareNight } from './rare-nights/rare-night.ts';
import { rareNights } from './rare-nights/rare-nights.ts';
import { hasSets, type TrainingDay } from './training/training-day.ts';
import { type Trend, trends } from './trends.ts';

/** The output of `npm run insights -- --format json`. */
export interface Insights {
  readonly as_of: Day;
  /** The number of nights up to the last day of the range, including those before the range. */
  readonly nights: number;
  readonly trends: readonly Trend[];
  /** The rarest first. */
  readonly rare_nights: readonly RareNight[];
  readonly measures: Measures;
  readonly sleep_to_training: EffectsReport;
  readonly training_to_sleep: EffectsReport;
}

/** The range of the insights. Without `from` and `to` it is everything up to `as_of`. */
export interface Question extends DayRange {
  readonly as_of: Day;
}

/** Nights and training days, each in order of date. */
export interface History {
  readonly nights: readonly DatedNight[];
  readonly training: readonly TrainingDay[];
}

/**
 * Returns what was known on the morning of `day`: nights as defined by {@link createKnownNights}, and training before `day`.
 */
export const knownOnMorning = (
  records: readonly SleepRecord[],
  training: readonly TrainingDay[],
  day: Day,
  timeZone: string,
): History => {
  const known = createKnownNights(records, timeZone);
  return {
    nights: known.dates.flatMap((date) => known.night(date, day) ?? []),
    training: training.filter(({ date }) => date < day),
  };
};

const NO_MEASURES: Measures = { weeks: [], exercises: [] };

/** Selects nights up to the last day of the range, in order of date, and the training in the range. */
const selectHistory = (
  { nights, training }: History,
  { from, to = '9999-12-31', as_of }: Question,
): History & { readonly last: Day } => {
  const last = earlierDay(to, as_of);
  return {
    last,
    nights: nights.filter(({ date }) => date <= last).toSorted(byDate),
    training: training.filter(({ date }) => date <= last && (from === undefined || date >= from)),
  };
};

/**
 * Computes trends, rare nights and effects. Nights before `from` only contribute to usual ranges and baselines. Data after
 * `to` or `as_of` is ignored. Without nights in the range the lists are empty, and no effect is tested.
 */
export const insights = (history: History, question: Question): Insights => {
  const { from, as_of } = question;
  const { nights, training, last } = selectHistory(history, question);
  const [earliest] = nights;
  const newest = nights.at(-1);
  if (!earliest || !newest || (from !== undefined && newest.date < from))
    return {
      as_of,
      nights: nights.length,
      trends: [],
      rare_nights: [],
      measures: NO_MEASURES,
      ...effects([], []),
    };
  const range = { from: from ?? earliest.date, to: last };
  return {
    as_of,
    nights: nights.length,
    trends: trends(nights, { from, to: last }),
    rare_nights: rareNights(nights, range),
    measures: measures(
      nights,
      history.training.filter(({ date }) => date <= last),
      range,
    ),
    ...effects(nights, training.filter(hasSets)),
  };
};

/** Returns the rare nights of {@link insights}, in a sixth of the time. */
export const onlyRareNights = (history: History, question: Question): RareNight[] => {
  const { nights, last } = selectHistory(history, question);
  const [earliest] = nights;
  return earliest ? rareNights(nights, { from: question.from ?? earliest.date, to: last }) : [];
};

/** Returns the sessions of one pair of {@link insights}, in order of date. `undefined` if the pair does not exist. */
export const pairPoints = (
  history: History,
  question: Question,
  direction: Direction,
  pair: PairName,
): EffectPoint[] | undefined => {
  const { nights, training } = selectHistory(history, question);
  return effectPoints(nights, training.filter(hasSets), direction, pair);
};
