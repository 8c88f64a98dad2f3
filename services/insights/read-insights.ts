import { checkDateRange } from '../../shared/core/date-range.ts';
import { addDays, type Day, type DayRange } from '../../shared/core/day.ts';
import { currentDatesOf, type Stack, timeZoneOf, todayOf } from '../operations/stack.ts';
import { readWorkouts } from '../operations/workouts.ts';
import { readSummaries } from './export/read-table.ts';
import { DEBT_DAYS } from './features/sleep-debt.ts';
import { type History, type Insights, insights, knownOnMorning, type Question } from './insights.ts';
import { trainingDays } from './training/training-measures.ts';

/** The range of the insights. Default: everything stored. */
export interface InsightsRange extends DayRange {
  /** Use only what was known on the morning of this day. Default: everything known now. */
  readonly asOf?: Day | undefined;
}

/** How many days before a range are needed: the baseline and the sleep debt, plus three lags. */
const REACH_DAYS = DEBT_DAYS + 3;

/** The data that insights are computed from. */
export interface ReadHistory {
  readonly history: History;
  readonly question: Question;
  /** How many items in the workouts table are not sets. */
  readonly skipped: number;
}

/** Reads the nights and workouts of a range. Without `asOf` they are as of the newest night, which can be older than today. Throws RunInputInvalid if `asOf` is in the future, OutputMissing, SeveralLifters. */
export const readHistory = async (stack: Stack, { from, to, asOf }: InsightsRange): Promise<ReadHistory> => {
  const timeZone = timeZoneOf(stack);
  checkDateRange({ to: asOf }, currentDatesOf(stack));
  // What was known on a morning depends on when the first night was synced, so this needs all nights.
  const wanted = asOf === undefined ? { from: from && addDays(from, -REACH_DAYS), to } : {};
  const [records, { sets, skipped }] = await Promise.all([readSummaries(stack, wanted), readWorkouts(stack)]);
  const training = trainingDays(sets, timeZone);
  const history =
    asOf === undefined ? { nights: records, training } : knownOnMorning(records, training, asOf, timeZone);
  const as_of = asOf ?? records.at(-1)?.date ?? todayOf(stack);
  return { history, question: { from, to, as_of }, skipped };
};

/** Computes the insights of a stack. Throws as {@link readHistory} does. */
export const readInsights = async (
  stack: Stack,
  range: InsightsRange,
): Promise<{ insights: Insights; skipped: number }> => {
  const { history, question, skipped } = await readHistory(stack, range);
  return { insights: insights(history, question), skipped };
};
