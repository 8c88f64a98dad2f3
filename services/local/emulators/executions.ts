import { ExecutionAbortedError, ExecutionTimeoutError } from 'aws-local-stepfunctions';
import type { Clock } from '../../../shared/core/clock.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import type { Execution, ExecutionFiles, ExecutionStatus } from '../data-folder/execution-files.ts';
import { nameInArn } from '../template/arn.ts';
import { AwsError } from './aws-json.ts';
import {
  executionArn,
  type Invoke,
  type Machine,
  type RunningMachine,
  stateMachineArn,
} from './state-machine.ts';

/** How often to write again what a full disk refused. */
const SAVE_AGAIN_MS = 5_000;

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

/** Runs executions and saves their state. */
export class Executions {
  private readonly files: ExecutionFiles;
  private readonly clock: Clock;
  private readonly succeeded: (output: unknown) => void;
  private readonly report: (sentence: string) => void;
  private readonly machines = new Map<string, Machine>();
  private readonly active = new Map<string, RunningMachine>();
  private readonly waiters = new Map<string, PromiseWithResolvers<Execution>>();
  private readonly aborts = new Map<string, Outcome>();
  private invoke: Invoke | undefined;
  private ended = false;
  /** The ends that could not be written. */
  private readonly unsaved = new Map<string, Execution>();
  private saving: NodeJS.Timeout | undefined;

  /**
   * @param succeeded called with the output of each execution that succeeds
   * @param report receives a sentence if the end of an execution cannot be written
   */
  constructor(
    files: ExecutionFiles,
    clock: Clock,
    succeeded: (output: unknown) => void,
    report: (sentence: string) => void,
  ) {
    this.files = files;
    this.clock = clock;
    this.succeeded = succeeded;
    this.report = report;
  }

  add(machine: Machine): void {
    this.machines.set(machine.name, machine);
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

  /** Starts an execution. Returns the running one if name and input are the same. */
  start(machine: Machine, name: string, input: string): Execution {
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
      this.finish(execution, outcome);
      return;
    }
    this.aborts.set(arn, outcome);
    running.stop();
  }

  /** Starts the unfinished executions of an earlier process again. From now on, new ones start at once. */
  resume(machine: string, invoke: Invoke): void {
    this.invoke = invoke;
    const unfinished = this.files.list(machine).filter(({ status }) => status === 'RUNNING');
    for (const execution of unfinished.reverse()) this.launch(execution);
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
    clearTimeout(this.saving);
    this.saveAgain();
    for (const running of this.active.values()) running.stop();
  }

  private launch(execution: Execution): void {
    const machine = this.machines.get(execution.machine);
    if (!this.invoke || !machine || this.ended) return;
    const arn = executionArn(execution.machine, execution.name);
    if (this.active.has(arn)) return;
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
        if (!this.ended) this.finish(execution, outcome);
      });
  }

  private finish(execution: Execution, outcome: Outcome): void {
    const finished: Execution = { ...execution, ...outcome, stopDate: this.clock.now() };
    this.save(finished);
    if (finished.status === 'SUCCEEDED') this.succeeded(JSON.parse(finished.output ?? 'null'));
    const arn = executionArn(execution.machine, execution.name);
    this.waiters.get(arn)?.resolve(finished);
    this.waiters.delete(arn);
  }
  /** Writes the end of an execution, and tries again until it is written: the next process would run it again. */
  private save(finished: Execution): void {
    try {
      this.files.save(finished);
    } catch (error: unknown) {
      this.unsaved.set(executionArn(finished.machine, finished.name), finished);
      this.report(
        `The end of the run ${finished.name} cannot be written (${systemReason(error)}): it is tried again every ${SAVE_AGAIN_MS / 1000} s.`,
      );
      this.saveLater();
    }
  }

  private saveLater(): void {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => {
      this.saveAgain();
      if (this.unsaved.size > 0) this.saveLater();
    }, SAVE_AGAIN_MS);
    this.saving.unref();
  }

  private saveAgain(): void {
    for (const [arn, finished] of this.unsaved) {
      try {
        this.files.save(finished);
        this.unsaved.delete(arn);
      } catch {
        // Reported when it failed first.
      }
    }
  }
}
