import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunInput } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { outputOf } from '../ledger.ts';
import type { Stack } from '../stack.ts';

/** An execution of the stack's state machine; its name is the run's id. */
export interface StartedRun {
  readonly run_id: string;
  readonly executionArn: string;
}

type Machine = Pick<Stack, 'sfn' | 'outputs'>;

/** Starts a run. */
export const startRun = async (stack: Machine, run_id: string, input: RunInput): Promise<StartedRun> => {
  const { executionArn = '' } = await stack.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: outputOf(stack, OUTPUT.syncRun),
      name: run_id,
      input: JSON.stringify(input),
    }),
  );
  return { run_id, executionArn };
};

/** The runs that are under way, newest first, a hundred at most. */
export const runningRuns = async (stack: Machine): Promise<StartedRun[]> => {
  const { executions = [] } = await stack.sfn.send(
    new ListExecutionsCommand({
      stateMachineArn: outputOf(stack, OUTPUT.syncRun),
      statusFilter: 'RUNNING',
    }),
  );
  return executions.flatMap(({ name, executionArn }) =>
    name && executionArn ? [{ run_id: name, executionArn }] : [],
  );
};

/** RUNNING, or how the execution ended. */
export const statusOfRun = async (sfn: SFNClient, executionArn: string): Promise<string> =>
  (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'RUNNING';

/** The status with which the execution ended; RUNNING where `signal` aborted before. Asks every `pollMs`. */
export const endOfRun = async (
  sfn: SFNClient,
  executionArn: string,
  signal: AbortSignal,
  pollMs: number,
): Promise<string> => {
  for (;;) {
    const status = await statusOfRun(sfn, executionArn);
    if (status !== 'RUNNING' || signal.aborted) return status;
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
};
