import type { StoredSets } from '../../shared/aws/store/workouts.ts';
import { checkDateRange } from '../../shared/core/date-range.ts';
import type { Day, DayRange } from '../../shared/core/day.ts';
import { currentDatesOf, type Stack, timeZoneOf, todayOf } from '../operations/stack.ts';
import { originOf, readWorkouts, type TrainingOrigin } from '../operations/workouts.ts';
import { readNights } from './export/read-table.ts';
import { presentNight } from './features/as-of.ts';
import type { DatedNight } from './features/metric-values.ts';
import { type History, type Insights, insights, knownOnMorning, type Question } from './insights.ts';
import { localDays, ringOffsets } from './training/local-days.ts';
import { trainingDays } from './training/training-measures.ts';

/** The range of the insights. Default: everything stored. */
export interface InsightsRange extends DayRange {
  /** Use only what was known on the morning of this day. Default: everything known now. */
  readonly asOf?: Day | undefined;
}

/** The data that insights are computed from. */
export interface ReadHistory {
  readonly history: History;
  readonly question: Question;
  /** How many items in the workouts table are not sets. */
  readonly skipped: number;
  readonly origin: TrainingOrigin;
}

/**
 * What the insights of a range are computed from, as of its newest night, which can be older than today.
 * @param nights all stored nights in order of date: how rare a night is depends on all before it, and the dates of earlier
 *   workouts on their offsets
 */
export const presentHistory = (
  stack: Pick<Stack, 'outputs' | 'clock'>,
  nights: readonly DatedNight[],
  { sets, skipped }: StoredSets,
  { from, to }: DayRange,
): ReadHistory => {
  const training = trainingDays(sets, localDays(ringOffsets(nights), timeZoneOf(stack)));
  const wanted = nights.filter(({ date }) => to === undefined || date <= to);
  const as_of = wanted.at(-1)?.date ?? todayOf(stack);
  return {
    history: { nights: wanted, training },
    question: { from, to, as_of },
    skipped,
    origin: originOf(sets),
  };
};

/** Reads the nights and workouts of a range. Throws RunInputInvalid if `asOf` is in the future, OutputMissing, SeveralLifters. */
const readHistory = async (stack: Stack, { from, to, asOf }: InsightsRange): Promise<ReadHistory> => {
  checkDateRange({ to: asOf }, currentDatesOf(stack));
  const [records, workouts] = await Promise.all([readNights(stack, {}), readWorkouts(stack)]);
  if (asOf === undefined) return presentHistory(stack, records.map(presentNight), workouts, { from, to });
  // What was known on a morning depends on the first sync.
  const timeZone = timeZoneOf(stack);
  const { sets, skipped } = workouts;
  const training = trainingDays(sets, localDays(ringOffsets(records), timeZone));
  const history = knownOnMorning(records, training, asOf, timeZone);
  return { history, question: { from, to, as_of: asOf }, skipped, origin: originOf(sets) };
};

/** Computes the insights of a stack. Throws as {@link readHistory} does. */
export const readInsights = async (
  stack: Stack,
  range: InsightsRange,
): Promise<{ insights: Insights; skipped: number; origin: TrainingOrigin }> => {
  const { history, question, skipped, origin } = await readHistory(stack, range);
  return { insights: insights(history, question), skipped, origin };
};
