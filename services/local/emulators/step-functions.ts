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
  MAX_DATA_BYTES,
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

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
const MAX_ERROR_BYTES = 256;
const MAX_CAUSE_BYTES = 32_768;

const seconds = (epochMs: number): number => epochMs / 1000;

const summaryOf = (execution: Execution): object => ({
  executionArn: executionArn(execution.machine, execution.name),
  stateMachineArn: stateMachineArn(execution.machine),
  name: execution.name,
  status: execution.status,
  startDate: seconds(execution.startDate),
  ...(execution.stopDate !== undefined && { stopDate: seconds(execution.stopDate) }),
});

/** Throws as AWS does if the text is longer than its API allows. Lengths are bytes in UTF-8. */
const checkLength = (field: string, text: string, max: number): string => {
  if (Buffer.byteLength(text) <= max) return text;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
  );
};

const parseInput = (input: string): string => {
  checkLength('input', input, MAX_DATA_BYTES);
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
    const output = checkLength('output', textField(input, 'output'), MAX_DATA_BYTES);
    tokens.succeed(textField(input, 'taskToken'), output);
    return {};
  },
  SendTaskFailure: (input) => {
    const error = checkLength('error', optionalText(input, 'error') ?? 'States.TaskFailed', MAX_ERROR_BYTES);
    const cause = checkLength('cause', optionalText(input, 'cause') ?? '', MAX_CAUSE_BYTES);
    tokens.fail(textField(input, 'taskToken'), error, cause);
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
 * @param report receives a sentence for what the user should know: a damaged file, or one that cannot be written
 */
export const openStepFunctions = (
  dataDir: string,
  clock: Clock,
  succeeded: (output: unknown) => void = () => undefined,
  report: (sentence: string) => void = console.error,
): StepFunctions => {
  const tokens = createTaskTokens();
  const executions = new Executions(openExecutionFiles(dataDir, report), clock, succeeded, report);
  return {
    service: jsonService({ ...executionOperations(executions), ...taskOperations(tokens) }),
    create: (machine) => executions.add(createMachine(machine, tokens)),
    start: (machine, invoke) => executions.resume(machine, invoke),
    finished: (arn) => executions.finished(arn),
    running: () => executions.runningCount,
    end: () => executions.end(),
  };
};
