import type { SleepSummary } from '../../shared/aws/store/sleep-table.ts';
import { byDate, type Day, type DayRange, earlierDay } from '../../shared/core/day.ts';
import { type Anomaly, anomalousEpisodes } from './anomalies.ts';
import { type Correlation, correlations } from './correlations.ts';
import { createKnownNights } from './features/as-of.ts';
import type { DatedNight } from './metric-values.ts';
import type { TrainingDay } from './training/training-day.ts';
import { type Trend, trends } from './trends.ts';

/** What `npm run insights -- --format json` prints. */
export interface Insights {
  readonly as_of: Day;
  readonly trends: readonly Trend[];
  readonly anomalies: readonly Anomaly[];
  readonly correlations: readonly Correlation[];
}

/** What is looked at: all that is there, up to `as_of`, where `from` and `to` are not given. */
export interface Question extends DayRange {
  readonly as_of: Day;
}

/** Nights and training days, each by date. */
export interface History {
  readonly nights: readonly DatedNight[];
  readonly training: readonly TrainingDay[];
}

/**
 * What was known on the morning of `day`: the nights as {@link createKnownNights} tells, and the training of the days before.
 */
export const knownOnMorning = (
  records: readonly SleepSummary[],
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

/** What of `history` counts: nights up to the last day that is looked at, by date, and the training of the range. */
export const lookedAt = (
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
 * Trends, anomalies and correlations of what `history` holds. Nights before `from` say what is usual and are not looked at themselves; nothing
 * after `to` or `as_of` counts. Empty lists without nights in the range.
 */
export const insights = (history: History, question: Question): Insights => {
  const { from, as_of } = question;
  const { nights, training, last } = lookedAt(history, question);
  const [earliest] = nights;
  const newest = nights.at(-1);
  if (!earliest || !newest || (from !== undefined && newest.date < from))
    return { as_of, trends: [], anomalies: [], correlations: [] };
  return {
    as_of,
    trends: trends(nights, { from, to: last }),
    anomalies: anomalousEpisodes(nights, { from: from ?? earliest.date, to: last })
      .flat()
      .sort(byDate),
    correlations: correlations(nights, training),
  };
};
