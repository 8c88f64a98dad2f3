import { addDays, type Day, dayIn } from '../../shared/contract/day.ts';
import { OUTPUT } from '../../shared/contract/names.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { readNights } from './export/read-table.ts';
import { type Insights, insights, knownOnMorning } from './insights.ts';
import { outputOf } from './ledger.ts';
import { DEBT_DAYS } from './sleep-debt.ts';
import { trainingDays } from './training-measures.ts';
import { type Deployment, readWorkouts } from './workouts.ts';

/** What to look at: all that is stored where nothing is given. */
export interface InsightsRange {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Look back from the morning of this day: with what was known then. Default: with all that is known now. */
  readonly asOf?: Day | undefined;
}

/** How far the nights before a range matter: most for the baseline and the debt, then three lags. */
const REACH_DAYS = DEBT_DAYS + 3;

/**
 * The insights into what a stack holds. Without `asOf` they are as of the newest night, which may be older than today.
 * `skipped`: how many items of the table of workouts are no sets. Throws OutputMissing, SeveralLifters.
 */
export const readInsights = async (
  stack: Deployment,
  clock: Clock,
  { from, to, asOf }: InsightsRange,
): Promise<{ insights: Insights; skipped: number }> => {
  const timeZone = outputOf(stack, OUTPUT.timeZone);
  // What was known on a morning depends on when the first of all nights came.
  const wanted = asOf === undefined ? { from: from && addDays(from, -REACH_DAYS), to } : {};
  const [records, { sets, skipped }] = await Promise.all([
    readNights(stack, clock, wanted),
    readWorkouts(stack),
  ]);
  const training = trainingDays(sets, timeZone);
  const history =
    asOf === undefined ? { nights: records, training } : knownOnMorning(records, training, asOf, timeZone);
  const as_of = asOf ?? records.at(-1)?.date ?? dayIn(timeZone, clock.now());
  return { insights: insights(history, { from, to, as_of }), skipped };
};
