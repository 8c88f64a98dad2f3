import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { DayRange } from '../../../shared/core/day.ts';
import type { RunInput } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { outputOf } from '../../operations/ledger.ts';
import { redrive } from '../../operations/redrive/redrive.ts';
import { manualRunName } from '../../operations/runs/run-name.ts';
import type { RedriveAnswer, SyncAnswer } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import { BadRequest, ReadOnly } from './errors.ts';
import { todayOf } from './read-calendar.ts';

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
  const name = manualRunName(stack.clock);
  await stack.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: outputOf(stack, OUTPUT.syncRun),
      name,
      input: JSON.stringify(input),
    }),
  );
  return { run_id: name };
};

/** Moves what is parked back to the work queue, and returns when all is moved: how its dates end shows in the pipeline. */
export const startRedrive = async (stack: DashboardStack): Promise<RedriveAnswer> => {
  checkMayStart(stack);
  const queues = {
    parkedQueueUrl: outputOf(stack, OUTPUT.parkedQueueUrl),
    workQueueUrl: outputOf(stack, OUTPUT.workQueueUrl),
  };
  const never = new AbortController().signal;
  return { moved: await redrive(stack.sqs, queues, undefined, () => {}, never) };
};
