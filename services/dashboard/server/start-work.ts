import type { DayRange } from '../../../shared/core/day.ts';
import { moveMessages } from '../../operations/redrive/move-messages.ts';
import { startManualRun } from '../../operations/runs/executions.ts';
import type { RedriveAnswer, SyncAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { ReadOnly } from './errors.ts';

/** Maximum dates of one request: the page requests a year, and export and backfill have no limit. */
export const MOST_DAYS = 400;

const checkMayStart = ({ readOnly }: DashboardStack): void => {
  if (readOnly !== undefined) throw new ReadOnly(readOnly);
};

/** Starts a manual run of a range, or of the look-back, and does not wait for it. */
export const startSync = async (stack: DashboardStack, range: DayRange): Promise<SyncAnswer> => {
  checkMayStart(stack);
  const { run_id } = await startManualRun(stack, range, MOST_DAYS);
  return { run_id };
};

/** Moves the parked messages to the work queue and does not wait for their dates: the pipeline shows those. */
export const startRedrive = async (stack: DashboardStack): Promise<RedriveAnswer> => {
  checkMayStart(stack);
  return { moved: await moveMessages(stack) };
};
