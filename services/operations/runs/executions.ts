import { randomBytes } from 'node:crypto';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
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

/** The trigger in a name of {@link runName}. */
export const triggerOf = (run_id: string): string => run_id.split('-')[0] ?? '';

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

type ManualRange = RunRange & { readonly again?: boolean };

const manualInput = ({ from, to, days, again }: ManualRange): RunInput => ({
  trigger: 'manual',
  from,
  to,
  days,
  again,
});

/** Starts a manual run of a range, or of the look-back. Throws RunInputInvalid for an invalid range. */
export const startManualRun = async (
  stack: Stack,
  range: ManualRange,
  most = MOST_DATES,
): Promise<StartedRun> => {
  checkDateRange(range, { ...currentDatesOf(stack), most });
  return startRun(stack, runName('manual', stack.clock), manualInput(range));
};

/** A running manual run of exactly this range, whoever started it. On AWS, one of the last seconds may not be listed yet. */
export const findManualRun = async (stack: Stack, range: ManualRange): Promise<ListedRun | undefined> => {
  const input = JSON.stringify(manualInput(range));
  for (const run of await runningRuns(stack)) {
    if (triggerOf(run.run_id) === 'manual' && (await describeRun(stack, run)).input === input) return run;
  }
  return undefined;
};

export interface ListedRun extends StartedRun {
  readonly started_at: string;
  readonly isRunning: boolean;
}

const listRuns = async (
  stack: Stack,
  query: Pick<ListExecutionsCommandInput, 'statusFilter' | 'maxResults'>,
): Promise<ListedRun[]> => {
  const stateMachineArn = outputOf(stack, OUTPUT.syncRun);
  const { executions = [] } = await stack.sfn.send(new ListExecutionsCommand({ stateMachineArn, ...query }));
  return executions.flatMap(({ name, executionArn, startDate, status }) =>
    name && executionArn
      ? [
          {
            run_id: name,
            executionArn,
            started_at: startDate?.toISOString() ?? '',
            isRunning: status === 'RUNNING',
          },
        ]
      : [],
  );
};

/** The running runs, newest first, at most 100. */
export const runningRuns = (stack: Stack): Promise<ListedRun[]> =>
  listRuns(stack, { statusFilter: 'RUNNING' });

/** The `most` newest runs, newest first, finished or not. */
export const newestRuns = (stack: Stack, most: number): Promise<ListedRun[]> =>
  listRuns(stack, { maxResults: most });

const describeRun = ({ sfn }: Pick<Stack, 'sfn'>, { executionArn }: StartedRun) =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));

/** The status of the execution, such as RUNNING or SUCCEEDED. */
export const executionStatus = async (stack: Pick<Stack, 'sfn'>, run: StartedRun): Promise<string> =>
  (await describeRun(stack, run)).status ?? 'RUNNING';
