import type { Clock } from '../../shared/core/clock.ts';
import { addDays, type Day, type DayRange, dayIn } from '../../shared/core/day.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { outputOf } from '../operations/ledger.ts';
import { type Deployment, readWorkouts } from '../operations/workouts.ts';
import { readSummaries } from './export/read-table.ts';
import { DEBT_DAYS } from './features/sleep-debt.ts';
import { type History, type Insights, insights, knownOnMorning, type Question } from './insights.ts';
import { trainingDays } from './training/training-measures.ts';

/** What to look at: all that is stored where nothing is given. */
export interface InsightsRange extends DayRange {
  /** Look back from the morning of this day: with what was known then. Default: with all that is known now. */
  readonly asOf?: Day | undefined;
}

/** How far the nights before a range matter: most for the baseline and the debt, then three lags. */
const REACH_DAYS = DEBT_DAYS + 3;

/** What insights are made of. */
export interface ReadHistory {
  readonly history: History;
  readonly question: Question;
  /** How many items of the table of workouts are no sets. */
  readonly skipped: number;
}

/** The nights and workouts of a stack that a range asks for. Without `asOf` they are as of the newest night, which may be older than today. Throws OutputMissing, SeveralLifters. */
export const readHistory = async (
  stack: Deployment,
  clock: Clock,
  { from, to, asOf }: InsightsRange,
): Promise<ReadHistory> => {
  const timeZone = outputOf(stack, OUTPUT.timeZone);
  // What was known on a morning depends on when the first of all nights came.
  const wanted = asOf === undefined ? { from: from && addDays(from, -REACH_DAYS), to } : {};
  const [records, { sets, skipped }] = await Promise.all([
    readSummaries(stack, clock, wanted),
    readWorkouts(stack),
  ]);
  const training = trainingDays(sets, timeZone);
  const history =
    asOf === undefined ? { nights: records, training } : knownOnMorning(records, training, asOf, timeZone);
  const as_of = asOf ?? records.at(-1)?.date ?? dayIn(timeZone, clock.now());
  return { history, question: { from, to, as_of }, skipped };
};

/** The insights into what a stack holds. Throws as {@link readHistory} does. */
export const readInsights = async (
  stack: Deployment,
  clock: Clock,
  range: InsightsRange,
): Promise<{ insights: Insights; skipped: number }> => {
  const { history, question, skipped } = await readHistory(stack, clock, range);
  return { insights: insights(history, question), skipped };
};
