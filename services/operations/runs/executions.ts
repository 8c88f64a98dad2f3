import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunInput } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { outputOf, type Stack } from '../stack.ts';

/** An execution of the stack's state machine; its name is the run's id. */
export interface StartedRun {
  readonly run_id: string;
  readonly executionArn: string;
}

/** Starts a run and does not wait for it. */
export const startRun = async (stack: Stack, run_id: string, input: RunInput): Promise<StartedRun> => {
  const { executionArn = '' } = await stack.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: outputOf(stack, OUTPUT.syncRun),
      name: run_id,
      input: JSON.stringify(input),
    }),
  );
  return { run_id, executionArn };
};

/** The runs under way, newest first, a hundred at most. */
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

/** RUNNING, or how the execution ended. */
export const executionStatus = async (
  { sfn }: Pick<Stack, 'sfn'>,
  { executionArn }: StartedRun,
): Promise<string> => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'RUNNING';
