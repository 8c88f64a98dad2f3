import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { OUTPUT } from '../../shared/core/names.ts';
import type { Emulator } from './emulator.ts';

/** Waits until `look` returns a value, at most `seconds`. */
export const until = async <Found>(
  what: string,
  seconds: number,
  look: () => Promise<Found | undefined>,
): Promise<Found> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(250);
  }
};

/** The output of an execution: the summary of a run. */
interface RunOutput {
  readonly status: string;
  readonly trigger: string;
  /** Name of the error that ended `Plan`. */
  readonly cause: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

export interface DeployedStack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResource[];
  /** Returns the physical name of the resource `logicalId`. */
  physical(logicalId: string): string;
  /** Waits for the end of an execution, which must be SUCCEEDED. */
  ended(executionArn: string): Promise<RunOutput>;
  /** Finished executions with this trigger, latest first. */
  runsOf(trigger: string): Promise<readonly RunOutput[]>;
  /** How many executions have not ended. */
  running(): Promise<number>;
}

/** Reads the stack `name` from CloudFormation. */
export const deployedStack = async (emulator: Emulator, name: string): Promise<DeployedStack> => {
  const cloudformation = new CloudFormationClient(emulator.client);
  const sfn = new SFNClient(emulator.client);
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
  const outputs = Object.fromEntries(
    (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const { StackResources: resources = [] } = await cloudformation.send(
    new DescribeStackResourcesCommand({ StackName: name }),
  );
  const read = async (executionArn: string) => {
    const { status, input, output } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return { status, input, output };
  };
  return {
    name,
    outputs,
    resources,
    physical: (logicalId) => {
      const found = resources.find(({ LogicalResourceId }) => LogicalResourceId === logicalId);
      if (!found?.PhysicalResourceId) throw new Error(`${name} has no resource ${logicalId}`);
      return found.PhysicalResourceId;
    },
    ended: async (executionArn) => {
      const { status, output } = await until('the end of the run', 180, async () => {
        const execution = await read(executionArn);
        return execution.status === 'RUNNING' ? undefined : execution;
      });
      if (status !== 'SUCCEEDED' || output === undefined) throw new Error(`the execution ended as ${status}`);
      return JSON.parse(output) as RunOutput;
    },
    runsOf: async (trigger) => {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: outputs[OUTPUT.syncRun], statusFilter: 'SUCCEEDED' }),
      );
      const all = await Promise.all(executions.map(({ executionArn }) => read(executionArn ?? '')));
      return all
        .map(({ output }) => JSON.parse(output ?? 'null') as RunOutput)
        .filter((run) => run.trigger === trigger);
    },
    running: async () => {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: outputs[OUTPUT.syncRun], statusFilter: 'RUNNING' }),
      );
      return executions.length;
    },
  };
};
