import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import type { Execution } from '../data-folder/execution-files.ts';
import { arn, nameInArn } from '../template/arn.ts';
import { UnsupportedTemplate } from '../template/errors.ts';
import type { FunctionError } from './functions.ts';
import { TaskFailed, type TaskTokens } from './task-tokens.ts';

/** Invokes a function by name. Rejects with {@link FunctionError}. */
export type Invoke = (functionName: string, payload: unknown) => Promise<unknown>;

/** The process stops. The next one runs the execution again, so no Retry and no Catch may handle this error. */
class ExecutionStopped extends AppError {
  override readonly name = 'ExecutionStopped';
  override readonly consequences: Consequences = PERMANENT;
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions */
export const MAX_DATA_BYTES = 262_144;

/** Data of a state is too large. Neither Retry nor Catch with `States.ALL` handles it. */
class DataLimitExceeded extends AppError {
  override readonly name = 'States.DataLimitExceeded';
  override readonly consequences: Consequences = PERMANENT;
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** Throws {@link DataLimitExceeded}. @param what e.g. `The state/task 'Plan' returned a result` */
const checkData = (what: string, data: unknown): void => {
  if (Buffer.byteLength(JSON.stringify(data ?? null)) <= MAX_DATA_BYTES) return;
  throw new DataLimitExceeded(`${what} with a size exceeding the maximum number of bytes service limit.`);
};

interface TaskDefinition {
  readonly Type: string;
  readonly Resource: string;
  TimeoutSeconds?: number;
}

export interface RunningMachine {
  readonly result: Promise<unknown>;
  stop(): void;
}

/** The longest delay of a Node timer, 2^31 - 1 ms. A longer one fires at once. */
const MAX_TIMER_SECONDS = 2_147_483;

const INVOKE = 'arn:aws:states:::lambda:invoke';
const INVOKE_AND_WAIT = `${INVOKE}.waitForTaskToken`;

/** Fields that the interpreter ignores or runs differently from AWS. */
const UNSUPPORTED_FIELDS = [
  'QueryLanguage',
  'Assign',
  'Arguments',
  'Output',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'TimeoutSecondsPath',
];

const rejectContext = (logicalId: string, value: unknown, place: string): void => {
  if (typeof value === 'string' && /\$\$\.(State|Map)\b/.test(value)) {
    throw new UnsupportedTemplate(`${value} in ${place}`, logicalId);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) rejectContext(logicalId, item, `${place}.${key}`);
};

const rejectUnsupported = (logicalId: string, definition: StateMachineDefinition): void => {
  rejectContext(logicalId, definition, 'the definition');
  const machine = 'QueryLanguage' in definition ? ['QueryLanguage of the machine'] : [];
  const states = Object.entries(definition.States).flatMap(([name, state]) => [
    ...UNSUPPORTED_FIELDS.filter((field) => field in state).map((field) => `${field} of state ${name}`),
    ...(state.Type === 'Parallel' || state.Type === 'Map' ? [`${state.Type} (state ${name})`] : []),
    ...(state.Type === 'Task' && ![INVOKE, INVOKE_AND_WAIT].includes(state.Resource)
      ? [`resource ${state.Resource} of state ${name}`]
      : []),
  ]);
  const [feature] = [...machine, ...states];
  if (feature !== undefined) throw new UnsupportedTemplate(feature, logicalId);
};

/**
 * Replaces `$$.Execution` by an object of ours: the interpreter overwrites its StartTime, which must stay the same after a
 * restart. Also sets TimeoutSeconds: without it, a task waits 60 s in the interpreter but forever on AWS.
 */
const adapt = (definitionString: string): StateMachineDefinition => {
  const definition = JSON.parse(
    definitionString.replaceAll('$$.Execution', () => '$$.Run'),
  ) as StateMachineDefinition;
  for (const state of Object.values(definition.States) as TaskDefinition[]) {
    if (state.Type !== 'Task') continue;
    state.TimeoutSeconds = Math.min(state.TimeoutSeconds ?? MAX_TIMER_SECONDS, MAX_TIMER_SECONDS);
  }
  return definition;
};

/** Converts an error as AWS does: ErrorEquals compares its name, and Cause is JSON. */
const toTaskFailed = (error: FunctionError): TaskFailed =>
  new TaskFailed(
    error.errorType,
    JSON.stringify({ errorType: error.errorType, errorMessage: error.message, trace: [] }),
  );

export const stateMachineArn = (name: string): string => arn('states', `stateMachine:${name}`);
export const executionArn = (machine: string, name: string): string =>
  arn('states', `execution:${machine}:${name}`);

export interface MachineOptions {
  readonly name: string;
  /** Amazon States Language as JSON text. */
  readonly definition: string;
  readonly roleArn: string;
}

export interface Machine {
  readonly name: string;
  run(execution: Execution, invoke: Invoke): RunningMachine;
}

/** Throws {@link UnsupportedTemplate} for a definition that would run differently from AWS. */
export const createMachine = (options: MachineOptions, tokens: TaskTokens): Machine => {
  const { name, roleArn } = options;
  rejectUnsupported(name, JSON.parse(options.definition) as StateMachineDefinition);
  const definition = adapt(options.definition);
  // The validator takes 130 ms per start, so only test/local/template/read-resources.test.ts runs it.
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const tasks = Object.entries(definition.States as Record<string, TaskDefinition>).filter(
    ([, { Type }]) => Type === 'Task',
  );

  const run = (execution: Execution, invoke: Invoke): RunningMachine => {
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => undefined);
    // The interpreter resolves a state's Parameters and calls its task in one turn. So the last token that was read belongs
    // to the next task that is called. Each attempt reads a new token.
    let waiting: ReturnType<TaskTokens['open']> | undefined;

    const call = async (state: string, task: TaskDefinition, parameters: unknown): Promise<unknown> => {
      const own = waiting;
      waiting = undefined;
      checkData(`The state/task '${state}' was given an input`, parameters);
      const timer = setTimeout(() => own?.close(), (task.TimeoutSeconds ?? MAX_TIMER_SECONDS) * 1000);
      try {
        const { FunctionName, Payload } = parameters as { FunctionName: string; Payload?: unknown };
        const invocation = invoke(nameInArn(FunctionName), Payload ?? {}).catch((error: FunctionError) => {
          throw toTaskFailed(error);
        });
        const payload = await Promise.race([invocation, stopped.promise]);
        if (task.Resource === INVOKE) {
          const result = { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
          checkData(`The state/task '${state}' returned a result`, result);
          return result;
        }
        if (!own)
          throw new TaskFailed(
            'States.Runtime',
            'The payload has no $$.Task.Token, so no callback is possible',
          );
        return await Promise.race([own.result, stopped.promise]);
      } finally {
        clearTimeout(timer);
        own?.close();
      }
    };

    const { result, abort } = machine.run(JSON.parse(execution.input), {
      context: {
        Run: {
          Id: executionArn(name, execution.name),
          Name: execution.name,
          Input: JSON.parse(execution.input),
          StartTime: new Date(execution.startDate).toISOString(),
          RoleArn: roleArn,
        },
        StateMachine: { Id: stateMachineArn(name), Name: name },
        Task: {
          get Token() {
            waiting ??= tokens.open();
            return waiting.token;
          },
        },
      },
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          tasks.map(([state, task]) => [
            state,
            (parameters: unknown) => call(state, task, parameters) as Promise<ReturnType<typeof JSON.parse>>,
          ]),
        ),
      },
    });
    const stop = (): void => {
      stopped.reject(new ExecutionStopped());
      abort();
    };
    const checked = result.then((output) => {
      checkData('The execution returned an output', output);
      return output;
    });
    // After a timeout or an abort, a task may still wait. The rejection clears its timer and token.
    return { result: checked.finally(() => stopped.reject(new ExecutionStopped())), stop };
  };

  return { name, run };
};
