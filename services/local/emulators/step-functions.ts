import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/core/clock.ts';
import { EXECUTION_STATUSES, type Execution, openExecutionFiles } from '../data-folder/execution-files.ts';
import {
  AwsError,
  type AwsService,
  jsonService,
  type Operation,
  optionalText,
  textField,
} from './aws-json.ts';
import { Executions } from './executions.ts';
import {
  createMachine,
  executionArn,
  type Invoke,
  type MachineOptions,
  stateMachineArn,
} from './state-machine.ts';
import { createTaskTokens, type TaskTokens } from './task-tokens.ts';

/** The embedded Step Functions. */
export interface StepFunctions {
  readonly service: AwsService;
  /** Throws UnsupportedTemplate if the definition would run differently here. */
  create(machine: MachineOptions): void;
  /** Begins to run executions of `machine`: first those that an earlier process left running. Until then they wait. */
  start(machine: string, invoke: Invoke): void;
  /** Resolves with the finished execution. */
  finished(arn: string): Promise<Execution>;
  /** How many executions are running in this process. */
  running(): number;
  /** Puts running executions down: they stay RUNNING on disk and are resumed by the next start. */
  end(): void;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const EXECUTION_NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

const seconds = (epochMs: number): number => epochMs / 1000;

const summaryOf = (execution: Execution): object => ({
  executionArn: executionArn(execution.machine, execution.name),
  stateMachineArn: stateMachineArn(execution.machine),
  name: execution.name,
  status: execution.status,
  startDate: seconds(execution.startDate),
  ...(execution.stopDate !== undefined && { stopDate: seconds(execution.stopDate) }),
});

const checkedInput = (input: string): string => {
  try {
    JSON.parse(input);
    return input;
  } catch {
    throw new AwsError('InvalidExecutionInput', 'The input is not JSON');
  }
};

const checkedName = (name: string): string => {
  if (EXECUTION_NAME.test(name)) return name;
  throw new AwsError('InvalidName', `${name} is not a name for an execution`);
};

const executionOperations = (executions: Executions): Record<string, Operation> => ({
  StartExecution: (input) => {
    const machine = executions.machine(textField(input, 'stateMachineArn'));
    const name = checkedName(optionalText(input, 'name') ?? randomUUID());
    const execution = executions.begin(machine, name, checkedInput(optionalText(input, 'input') ?? '{}'));
    return { executionArn: executionArn(machine.name, name), startDate: seconds(execution.startDate) };
  },
  DescribeExecution: (input) => {
    const execution = executions.find(textField(input, 'executionArn'));
    const { input: given, output, error, cause } = execution;
    return { ...summaryOf(execution), input: given, output, error, cause };
  },
  ListExecutions: (input) => {
    const machine = executions.machine(textField(input, 'stateMachineArn'));
    const status = optionalText(input, 'statusFilter');
    if (status !== undefined && !EXECUTION_STATUSES.some((known) => known === status)) {
      throw new AwsError('ValidationException', `${status} is no status of an execution`);
    }
    const matching = executions.list(machine).filter((execution) => !status || execution.status === status);
    const from = Number(optionalText(input, 'nextToken') ?? 0);
    // 100 is AWS's default, and 0 stands for it.
    const to = from + (Number(input['maxResults'] ?? 0) || 100);
    return {
      executions: matching.slice(from, to).map(summaryOf),
      ...(to < matching.length && { nextToken: String(to) }),
    };
  },
  StopExecution: async (input) => {
    const arn = textField(input, 'executionArn');
    const execution = executions.find(arn);
    if (execution.status !== 'RUNNING')
      return { stopDate: seconds(execution.stopDate ?? execution.startDate) };
    executions.abort(execution, optionalText(input, 'error'), optionalText(input, 'cause'));
    const stopped = await executions.finished(arn);
    return { stopDate: seconds(stopped.stopDate ?? stopped.startDate) };
  },
});

const taskOperations = (tokens: TaskTokens): Record<string, Operation> => ({
  SendTaskSuccess: (input) => {
    tokens.succeed(textField(input, 'taskToken'), textField(input, 'output'));
    return {};
  },
  SendTaskFailure: (input) => {
    const error = optionalText(input, 'error') ?? 'States.TaskFailed';
    tokens.fail(textField(input, 'taskToken'), error, optionalText(input, 'cause') ?? '');
    return {};
  },
  SendTaskHeartbeat: (input) => {
    tokens.heartbeat(textField(input, 'taskToken'));
    return {};
  },
});

/** Opens the executions in `dataDir`. Throws DataFolderBroken. */
export const openStepFunctions = (dataDir: string, clock: Clock): StepFunctions => {
  const tokens = createTaskTokens();
  const executions = new Executions(openExecutionFiles(dataDir), clock);
  return {
    service: jsonService({ ...executionOperations(executions), ...taskOperations(tokens) }),
    create: (machine) => executions.add(createMachine(machine, tokens)),
    start: (machine, invoke) => executions.resume(machine, invoke),
    finished: (arn) => executions.finished(arn),
    running: () => executions.runningCount,
    end: () => executions.end(),
  };
};
