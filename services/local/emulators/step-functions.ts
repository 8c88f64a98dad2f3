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
  /** Starts to run executions of `machine`, first the unfinished ones of an earlier process. */
  start(machine: string, invoke: Invoke): void;
  finished(arn: string): Promise<Execution>;
  running(): number;
  /** Stops running executions. They stay RUNNING on disk, and the next process runs them again. */
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

const parseInput = (input: string): string => {
  try {
    JSON.parse(input);
    return input;
  } catch {
    throw new AwsError('InvalidExecutionInput', 'The input is not JSON');
  }
};

const parseName = (name: string): string => {
  if (EXECUTION_NAME.test(name)) return name;
  throw new AwsError('InvalidName', `Invalid execution name: ${name}`);
};

const executionOperations = (executions: Executions): Record<string, Operation> => ({
  StartExecution: (input) => {
    const machine = executions.machine(textField(input, 'stateMachineArn'));
    const name = parseName(optionalText(input, 'name') ?? randomUUID());
    const execution = executions.start(machine, name, parseInput(optionalText(input, 'input') ?? '{}'));
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
      throw new AwsError('ValidationException', `Invalid execution status: ${status}`);
    }
    const matching = executions.list(machine).filter((execution) => !status || execution.status === status);
    const from = Number(optionalText(input, 'nextToken') ?? 0);
    // The default of AWS is 100, and 0 means the default.
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

/**
 * Opens the executions in `dataDir`. Throws DataFolderBroken.
 * @param succeeded called with the output of each execution that succeeds
 */
export const openStepFunctions = (
  dataDir: string,
  clock: Clock,
  succeeded: (output: unknown) => void = () => undefined,
): StepFunctions => {
  const tokens = createTaskTokens();
  const executions = new Executions(openExecutionFiles(dataDir), clock, succeeded);
  return {
    service: jsonService({ ...executionOperations(executions), ...taskOperations(tokens) }),
    create: (machine) => executions.add(createMachine(machine, tokens)),
    start: (machine, invoke) => executions.resume(machine, invoke),
    finished: (arn) => executions.finished(arn),
    running: () => executions.runningCount,
    end: () => executions.end(),
  };
};
