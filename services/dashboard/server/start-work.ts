import type { DayRange } from '../../../shared/core/day.ts';
import { moveMessages } from '../../operations/redrive/move-messages.ts';
import { startManualRun } from '../../operations/runs/executions.ts';
import type { RedriveAnswer, SyncAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { ReadOnly } from './errors.ts';

/** Dates in one request at most. The page requests a year at most. */
export const MOST_DAYS = 400;

const checkMayStart = ({ readOnly }: DashboardStack): void => {
  if (readOnly !== undefined) throw new ReadOnly(readOnly.why);
};

/** Starts a run by hand: of the look-back, or of the dates that were asked for. Does not wait for it. */
export const startSync = async (stack: DashboardStack, range: DayRange): Promise<SyncAnswer> => {
  checkMayStart(stack);
  const { run_id } = await startManualRun(stack, range, MOST_DAYS);
  return { run_id };
};

/** Moves what is parked back to the work queue, and returns when all is moved: how its dates end shows in the pipeline. */
export const startRedrive = async (stack: DashboardStack): Promise<RedriveAnswer> => {
  checkMayStart(stack);
  return { moved: await moveMessages(stack) };
};
