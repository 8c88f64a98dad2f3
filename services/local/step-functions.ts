import { randomUUID } from 'node:crypto';
import { ExecutionAbortedError, ExecutionTimeoutError } from 'aws-local-stepfunctions';
import type { Clock } from '../../shared/runtime/clock.ts';
import {
  AwsError,
  type AwsService,
  jsonService,
  type Operation,
  optionalText,
  textField,
} from './aws-json.ts';
import {
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionFiles,
  type ExecutionStatus,
  openExecutionFiles,
} from './execution-files.ts';
import type { StateMachineProperties } from './resource-kinds.ts';
import { executionArn, nameInArn, type Resource, stateMachineArn } from './resources.ts';
import { createMachine, type Invoke, type Machine, type RunningMachine } from './state-machine.ts';
import { createTaskTokens, type TaskTokens } from './task-tokens.ts';

/** The embedded Step Functions. */
export interface StepFunctions {
  readonly service: AwsService;
  /** Begins to run executions: first those that an earlier process left running. Until then they only queue up. */
  start(invoke: Invoke): void;
  /** Resolves with the finished execution. */
  finished(arn: string): Promise<Execution>;
  /** How many executions are running in this process. */
  running(): number;
  /** Puts running executions down: they stay RUNNING on disk and are resumed by the next start. */
  end(): void;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const EXECUTION_NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

interface Outcome {
  readonly status: ExecutionStatus;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

const outcomeOf = (error: unknown): Outcome => {
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return { status: 'FAILED', error: cause.name, cause: cause.message };
  return { status: 'FAILED', cause: String(cause) };
};

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

/** Runs executions and keeps their files. */
class Executions {
  private readonly files: ExecutionFiles;
  private readonly clock: Clock;
  private readonly machines: ReadonlyMap<string, Machine>;
  private readonly active = new Map<string, RunningMachine>();
  private readonly waiters = new Map<string, PromiseWithResolvers<Execution>>();
  private readonly aborts = new Map<string, Outcome>();
  private invoke: Invoke | undefined;
  private ended = false;

  constructor(files: ExecutionFiles, clock: Clock, machines: ReadonlyMap<string, Machine>) {
    this.files = files;
    this.clock = clock;
    this.machines = machines;
  }

  get runningCount(): number {
    return this.active.size;
  }

  machine(arn: string): Machine {
    const machine = this.machines.get(nameInArn(arn));
    if (machine && stateMachineArn(machine.name) === arn) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  find(arn: string): Execution {
    const [machine = '', name = ''] = arn.split(':').slice(-2);
    const execution = this.files.get(machine, name);
    if (execution && executionArn(machine, name) === arn) return execution;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  list(machine: Machine): Execution[] {
    return this.files.list(machine.name);
  }

  /** Begins an execution; the same name and input again, while it runs, is the same execution. */
  begin(machine: Machine, name: string, input: string): Execution {
    const known = this.files.get(machine.name, name);
    if (known?.status === 'RUNNING' && known.input === input) return known;
    if (known) {
      throw new AwsError(
        'ExecutionAlreadyExists',
        `Execution Already Exists: '${executionArn(machine.name, name)}'`,
      );
    }
    const execution: Execution = {
      machine: machine.name,
      name,
      status: 'RUNNING',
      input,
      startDate: this.clock.now(),
    };
    this.files.save(execution);
    this.launch(execution);
    return execution;
  }

  abort(execution: Execution, error: string | undefined, cause: string | undefined): void {
    const outcome: Outcome = {
      status: 'ABORTED',
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    };
    const arn = executionArn(execution.machine, execution.name);
    const running = this.active.get(arn);
    if (!running) {
      this.settle(execution, outcome);
      return;
    }
    this.aborts.set(arn, outcome);
    running.stop();
  }

  resume(invoke: Invoke): void {
    this.invoke = invoke;
    const left = [...this.machines.values()]
      .flatMap((machine) => this.files.list(machine.name))
      .filter(({ status }) => status === 'RUNNING');
    for (const execution of left.reverse()) this.launch(execution);
  }

  async finished(arn: string): Promise<Execution> {
    const execution = this.find(arn);
    if (execution.status !== 'RUNNING') return execution;
    const waiter = this.waiters.get(arn) ?? Promise.withResolvers<Execution>();
    this.waiters.set(arn, waiter);
    return waiter.promise;
  }

  end(): void {
    this.ended = true;
    for (const running of this.active.values()) running.stop();
  }

  private launch(execution: Execution): void {
    const machine = this.machines.get(execution.machine);
    if (!this.invoke || !machine || this.ended) return;
    const arn = executionArn(execution.machine, execution.name);
    const running = machine.run(execution, this.invoke);
    this.active.set(arn, running);
    running.result
      .then(
        (output): Outcome => ({ status: 'SUCCEEDED', output: JSON.stringify(output) }),
        (error: unknown): Outcome => this.aborts.get(arn) ?? outcomeOf(error),
      )
      .then((outcome) => {
        this.active.delete(arn);
        this.aborts.delete(arn);
        if (!this.ended) this.settle(execution, outcome);
      });
  }

  private settle(execution: Execution, outcome: Outcome): void {
    const settled: Execution = { ...execution, ...outcome, stopDate: this.clock.now() };
    this.files.save(settled);
    const arn = executionArn(execution.machine, execution.name);
    this.waiters.get(arn)?.resolve(settled);
    this.waiters.delete(arn);
  }
}

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

/** Opens the executions in `dataDir`. Throws DataFolderBroken, or UnsupportedDefinition for a machine of the template. */
export const openStepFunctions = (
  dataDir: string,
  clock: Clock,
  stateMachines: readonly Resource<StateMachineProperties>[],
): StepFunctions => {
  const tokens = createTaskTokens();
  const machines = new Map(
    stateMachines.map((resource) => [resource.logicalId, createMachine(resource, tokens)]),
  );
  const executions = new Executions(openExecutionFiles(dataDir), clock, machines);
  return {
    service: jsonService({ ...executionOperations(executions), ...taskOperations(tokens) }),
    start: (invoke) => executions.resume(invoke),
    finished: (arn) => executions.finished(arn),
    running: () => executions.runningCount,
    end: () => executions.end(),
  };
};
