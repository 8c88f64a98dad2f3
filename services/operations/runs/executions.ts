import { randomBytes } from 'node:crypto';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type Clock, iso } from '../../../shared/core/clock.ts';
import { checkDateRange, type RunRange } from '../../../shared/core/date-range.ts';
import { MOST_DATES, type RunInput } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { currentDatesOf, outputOf, type Stack } from '../stack.ts';

/** An execution of the stack's state machine; its name is the run's id. */
export interface StartedRun {
  readonly run_id: string;
  readonly executionArn: string;
}

/** Returns a name for a run: its trigger, the time, and a suffix that keeps runs of the same moment apart. */
export const runName = (trigger: 'manual' | 'backfill', clock: Clock): string =>
  `${trigger}-${iso(clock.now()).replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;

/**
 * Starts a run and does not wait for it. While a run is running, a second start with the same name and input returns the
 * same run.
 */
export const startRun = async (
  stack: Pick<Stack, 'sfn' | 'outputs'>,
  run_id: string,
  input: RunInput,
): Promise<StartedRun> => {
  const { executionArn = '' } = await stack.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: outputOf(stack, OUTPUT.syncRun),
      name: run_id,
      input: JSON.stringify(input),
    }),
  );
  return { run_id, executionArn };
};

/** Starts a manual run of a range, or of the look-back. Throws RunInputInvalid for an invalid range. */
export const startManualRun = async (
  stack: Stack,
  { from, to, days, again }: RunRange & { readonly again?: boolean },
  most = MOST_DATES,
): Promise<StartedRun> => {
  checkDateRange({ from, to, days }, { ...currentDatesOf(stack), most });
  return startRun(stack, runName('manual', stack.clock), {
    trigger: 'manual',
    from,
    to,
    days,
    again,
  });
};

/** The running runs, newest first, at most 100. */
export const runningRuns = async (
  stack: Stack,
): Promise<(StartedRun & { readonly started_at: string })[]> => {
  const { executions = [] } = await stack.sfn.send(
    new ListExecutionsCommand({
      stateMachineArn: outputOf(stack, OUTPUT.syncRun),
      statusFilter: 'RUNNING',
    }),
  );
  return executions.flatMap(({ name, executionArn, startDate }) =>
    name && executionArn ? [{ run_id: name, executionArn, started_at: startDate?.toISOString() ?? '' }] : [],
  );
};

/** The status of the execution, such as RUNNING or SUCCEEDED. */
export const executionStatus = async (
  { sfn }: Pick<Stack, 'sfn'>,
  { executionArn }: StartedRun,
): Promise<string> => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'RUNNING';
