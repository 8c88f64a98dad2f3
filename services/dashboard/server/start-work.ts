import type { DayRange } from '../../../shared/core/day.ts';
import type { RunInput } from '../../../shared/core/messages.ts';
import { moveMessages } from '../../operations/redrive/move-messages.ts';
import { startRun } from '../../operations/runs/executions.ts';
import { runName } from '../../operations/runs/run-name.ts';
import { todayOf } from '../../operations/stack.ts';
import type { RedriveAnswer, SyncAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { BadRequest, ReadOnly } from './errors.ts';

const checkMayStart = ({ readOnly }: DashboardStack): void => {
  if (readOnly !== undefined) throw new ReadOnly(readOnly.why);
};

/** Starts a run by hand: of the look-back, or of the dates that were asked for. Does not wait for it. */
export const startSync = async (stack: DashboardStack, { from, to }: DayRange): Promise<SyncAnswer> => {
  checkMayStart(stack);
  const today = todayOf(stack);
  if ([from, to].some((day) => day !== undefined && day > today)) {
    throw new BadRequest(`The range lies in the future: today is ${today}.`);
  }
  const input: RunInput = { trigger: 'manual', ...(from && { from }), ...(to && { to }) };
  const { run_id } = await startRun(stack, runName('manual', stack.clock), input);
  return { run_id };
};

/** Moves what is parked back to the work queue, and returns when all is moved: how its dates end shows in the pipeline. */
export const startRedrive = async (stack: DashboardStack): Promise<RedriveAnswer> => {
  checkMayStart(stack);
  return { moved: await moveMessages(stack) };
};
