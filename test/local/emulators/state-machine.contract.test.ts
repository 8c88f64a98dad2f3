import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { readSettings } from '../../../cdk/settings.ts';
import { FunctionError } from '../../../services/local/emulators/functions.ts';
import { KNOWN_TYPES } from '../../../services/local/resources/resource-types.ts';
import { stateMachine } from '../../../services/local/resources/state-machine.ts';
import { readResources } from '../../../services/local/template/read-resources.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { type ContractMachine, MOTO, openContractMachine } from '../../helpers/contract-machine.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';
import { until } from '../support/machine.ts';

// What our code relies on, as the documentation of Step Functions has it, with the definition of the stack: at the embedded
// Step Functions, and with npm run test:engines at moto's interpreter.

/** The rules that the engine under test breaks. Each must fail there, so an entry that is outdated is noticed. */
const BROKEN: Readonly<Record<string, string>> = MOTO
  ? {
      'a callback that reports failure is caught with its cause': 'moto 5.2.5 drops the cause',
      'each attempt of a task has a token of its own': 'moto 5.2.5 uses the token of the first attempt again',
      'a callback after the timeout is rejected as timed out': 'moto 5.2.5 replies InvalidToken',
      'a second callback is rejected as timed out':
        'moto 5.2.5 replies InvalidToken after the execution ended',
      'a callback whose output is not JSON is rejected': 'moto 5.2.5 accepts it',
      'a name with a space, a colon or more than 80 characters is rejected': 'moto 5.2.5 accepts any name',
      'an input that is not JSON is rejected': 'moto 5.2.5 replies without the name of an error',
      'a stopped execution is aborted, with the error and the cause of the stop':
        'moto 5.2.5 does not stop a task that waits, and drops error and cause',
      'an input of more than 262,144 bytes is rejected': 'moto 5.2.5 accepts it',
      'a callback with an output of more than 262,144 bytes is rejected': 'moto 5.2.5 accepts it',
    }
  : {};

/** A test of a rule of Step Functions. */
const rule = (title: string, work: () => Promise<void>): void => {
  const difference = BROKEN[title];
  if (difference === undefined) test(title, work);
  else test.failing(`${title} (except here: ${difference})`, work);
};

interface PlanEvent {
  readonly task_token: string;
  readonly run_id: string;
  readonly input: unknown;
}
type Fields = Record<string, unknown>;

let definition: string;
let machine: ContractMachine | undefined;
/** The events that the planner received. */
let planned: PlanEvent[];
/** The events that the summary received. */
let summarized: unknown[];

beforeAll(async () => {
  const template = await stackTemplate(readSettings({}));
  const resources = readResources(template, KNOWN_TYPES, {
    endpoint: 'http://127.0.0.1:1',
    httpApi: 'http://127.0.0.1:2',
    stackName: 'Stack',
  });
  definition = resources.of(stateMachine)[0]?.properties.DefinitionString ?? '';
});
beforeEach(() => {
  planned = [];
  summarized = [];
});
afterEach(async () => {
  await machine?.[Symbol.asyncDispose]();
  machine = undefined;
});

interface Options {
  /** What the planner does after it has recorded its event. */
  readonly plan?: (event: PlanEvent) => Promise<unknown>;
  readonly summarize?: (event: unknown) => Promise<unknown>;
  /** Fields of the state Plan that take the place of the stack's. */
  readonly planFields?: Fields;
  /** Fields of the definition that take the place of the stack's. */
  readonly fields?: Fields;
}

/** Opens the state machine of the stack. */
const open = async ({ plan, summarize, planFields, fields }: Options = {}): Promise<ContractMachine> => {
  const stack = JSON.parse(definition) as { States: Record<string, Fields> };
  const { Plan, ...others } = stack.States;
  const changed = { ...stack, States: { ...others, Plan: { ...Plan, ...planFields } }, ...fields };
  machine = await openContractMachine(JSON.stringify(changed), {
    [LOGICAL_ID.planner]: async (event) => {
      planned.push(event as PlanEvent);
      return plan?.(event as PlanEvent);
    },
    [LOGICAL_ID.summary]: async (event) => {
      summarized.push(event);
      return summarize ? summarize(event) : { closed: true };
    },
  });
  return machine;
};

const opened = (): ContractMachine => {
  if (!machine) throw new Error('The test opened no machine');
  return machine;
};
const start = async (name: string, input: string = '{"trigger":"manual"}'): Promise<string> => {
  const { sfn, arn } = opened();
  const started = await sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name, input }));
  return started.executionArn ?? '';
};
const describeExecution = (executionArn: string) =>
  opened().sfn.send(new DescribeExecutionCommand({ executionArn }));
const ended = async (executionArn: string): Promise<DescribeExecutionCommandOutput> => {
  await until(async () => (await describeExecution(executionArn)).status !== 'RUNNING');
  return describeExecution(executionArn);
};
const succeed = (taskToken: string | undefined, output = '{"planned":3}') =>
  opened().sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
const waiting = () => until(() => planned.length > 0);

rule('the output of the callback becomes the input of Summarize, whose payload is the output', async () => {
  await open();
  const run = await start('run-1');
  await waiting();
  expect(planned).toMatchObject([{ run_id: 'run-1', input: { trigger: 'manual' } }]);
  expect((await describeExecution(run)).status).toBe('RUNNING');
  await succeed(planned[0]?.task_token);
  const { status, output } = await ended(run);
  expect({ status, output: JSON.parse(output ?? 'null') }).toEqual({
    status: 'SUCCEEDED',
    output: { closed: true },
  });
  expect(summarized).toEqual([{ run_id: 'run-1', state: { trigger: 'manual', plan: { planned: 3 } } }]);
});

rule('a callback counts before the function returns', async () => {
  await open({ plan: async ({ task_token }) => void (await succeed(task_token)) });
  expect(await ended(await start('run-1'))).toMatchObject({ status: 'SUCCEEDED' });
  expect(summarized).toMatchObject([{ state: { plan: { planned: 3 } } }]);
});

/** Reports a failure by the callback. Returns what Summarize received of it. */
const failByCallback = async (): Promise<unknown> => {
  const { sfn } = await open();
  const run = await start('run-1');
  await waiting();
  const failure = { error: 'CredentialsRejected', cause: 'reconnect' };
  await sfn.send(new SendTaskFailureCommand({ taskToken: planned[0]?.task_token, ...failure }));
  expect(await ended(run)).toMatchObject({ status: 'SUCCEEDED' });
  return summarized[0];
};

rule('a callback that reports failure is caught by its error, which is added to the input', async () => {
  expect(await failByCallback()).toMatchObject({
    run_id: 'run-1',
    state: { trigger: 'manual', failure: { Error: 'CredentialsRejected' } },
  });
});

rule('a callback that reports failure is caught with its cause', async () => {
  expect(await failByCallback()).toMatchObject({ state: { failure: { Cause: 'reconnect' } } });
});

rule('the error of a handler is caught by its type, without a retry, and its cause is JSON', async () => {
  await open({
    plan: async () => {
      throw new RangeError('no such day');
    },
  });
  await ended(await start('run-1'));
  expect(planned).toHaveLength(1);
  const [event] = summarized as { state: { failure: { Error: string; Cause: string } } }[];
  expect(event?.state.failure.Error).toBe('RangeError');
  expect(JSON.parse(event?.state.failure.Cause ?? '')).toMatchObject({
    errorType: 'RangeError',
    errorMessage: 'no such day',
  });
});

/** Runs an execution whose first invocation of the planner is throttled. */
const throttle = async (): Promise<DescribeExecutionCommandOutput> => {
  await open({
    plan: async ({ task_token }) => {
      if (planned.length === 1)
        throw new FunctionError(LOGICAL_ID.planner, 'Lambda.TooManyRequestsException', 'Rate Exceeded.');
      await succeed(task_token);
    },
  });
  return ended(await start('run-1'));
};

rule('a throttled function is invoked again after two seconds', async () => {
  const begun = performance.now();
  expect(await throttle()).toMatchObject({ status: 'SUCCEEDED' });
  expect(performance.now() - begun).toBeGreaterThan(2_000);
  expect(planned).toHaveLength(2);
});

rule('each attempt of a task has a token of its own', async () => {
  await throttle();
  expect(new Set(planned.map(({ task_token }) => task_token)).size).toBe(2);
});

rule('a callback that does not come in time is caught as States.Timeout', async () => {
  await open({ planFields: { TimeoutSeconds: 1 } });
  expect(await ended(await start('run-1'))).toMatchObject({ status: 'SUCCEEDED' });
  expect(summarized).toMatchObject([{ state: { failure: { Error: 'States.Timeout' } } }]);
});

rule('a callback after the timeout is rejected as timed out', async () => {
  await open({ planFields: { TimeoutSeconds: 1 } });
  await ended(await start('run-1'));
  await expect(succeed(planned[0]?.task_token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

rule('a second callback is rejected as timed out', async () => {
  await open();
  const run = await start('run-1');
  await waiting();
  await succeed(planned[0]?.task_token);
  await ended(run);
  await expect(succeed(planned[0]?.task_token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

rule('a callback with a token that is none is rejected as invalid', async () => {
  await open();
  await start('run-1');
  await waiting();
  await expect(succeed('mine')).rejects.toMatchObject({ name: 'InvalidToken' });
});

rule('a callback whose output is not JSON is rejected', async () => {
  await open();
  await start('run-1');
  await waiting();
  await expect(succeed(planned[0]?.task_token, '{')).rejects.toMatchObject({ name: 'InvalidOutput' });
});

rule('an error of the last state fails the execution with its type', async () => {
  await open({
    plan: async ({ task_token }) => void (await succeed(task_token)),
    summarize: async () => {
      throw new RangeError('no such day');
    },
  });
  const { status, error, cause } = await ended(await start('run-1'));
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'RangeError' });
  expect(JSON.parse(cause ?? '')).toMatchObject({ errorMessage: 'no such day' });
});

rule('an execution that exceeds the timeout of its machine has timed out', async () => {
  await open({ fields: { TimeoutSeconds: 1 } });
  expect(await ended(await start('run-1'))).toMatchObject({ status: 'TIMED_OUT' });
});

rule('the same name and input return the running execution', async () => {
  await open();
  const run = await start('run-1');
  await waiting();
  expect(await start('run-1')).toBe(run);
  expect(planned).toHaveLength(1);
});

rule('the same name with another input is rejected', async () => {
  await open();
  await start('run-1');
  await waiting();
  await expect(start('run-1', '{"trigger":"backfill"}')).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  });
});

rule('the name of an execution that ended is rejected', async () => {
  await open({ plan: async ({ task_token }) => void (await succeed(task_token)) });
  await ended(await start('run-1'));
  await expect(start('run-1')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
});

rule('a name with a space, a colon or more than 80 characters is rejected', async () => {
  await open();
  for (const name of ['run 1', 'run:1', 'r'.repeat(81)])
    await expect(start(name)).rejects.toMatchObject({
      name: expect.stringMatching(/^(InvalidName|ValidationException)$/),
    });
});

rule('an input that is not JSON is rejected', async () => {
  await open();
  await expect(start('run-1', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
});

rule('an unknown execution and an unknown machine are rejected by name', async () => {
  const { sfn, arn } = await open();
  const execution = `${arn.replace(':stateMachine:', ':execution:')}:unknown`;
  await expect(describeExecution(execution)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  const unknown = new StartExecutionCommand({ stateMachineArn: `${arn}-unknown`, name: 'run-1' });
  await expect(sfn.send(unknown)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
});

rule('a stopped execution is aborted, with the error and the cause of the stop', async () => {
  const { sfn } = await open();
  const executionArn = await start('run-1');
  await waiting();
  await sfn.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'by hand' }));
  const described = await ended(executionArn);
  expect(described).toMatchObject({
    status: 'ABORTED',
    error: 'Enough',
    cause: 'by hand',
    input: '{"trigger":"manual"}',
  });
  expect(described.stopDate).toBeInstanceOf(Date);
  expect(summarized).toEqual([]);
});

rule('executions are listed newest first, by status', async () => {
  const { sfn, arn } = await open();
  const runs: string[] = [];
  for (const name of ['run-1', 'run-2', 'run-3']) {
    runs.push(await start(name));
    // Start times are milliseconds.
    await sleep(2);
  }
  await until(() => planned.length === 3);
  const first = planned.find(({ run_id }) => run_id === 'run-1');
  await succeed(first?.task_token);
  await ended(runs[0] ?? '');
  const list = async (more: object) =>
    (await sfn.send(new ListExecutionsCommand({ stateMachineArn: arn, ...more }))).executions?.map(
      ({ name }) => name,
    );
  expect(await list({})).toEqual(['run-3', 'run-2', 'run-1']);
  expect(await list({ statusFilter: 'RUNNING' })).toEqual(['run-3', 'run-2']);
  expect(await list({ maxResults: 1 })).toEqual(['run-3']);
});

/** JSON text of more than the 262,144 bytes that Step Functions accepts. */
const OVERSIZED = JSON.stringify('x'.repeat(262_144));

rule('a result of more than 262,144 bytes fails the execution', async () => {
  await open({
    plan: async ({ task_token }) => void (await succeed(task_token)),
    summarize: async () => JSON.parse(OVERSIZED),
  });
  expect(await ended(await start('run-1'))).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
  });
});

rule('an input of more than 262,144 bytes is rejected', async () => {
  await open();
  await expect(start('run-1', OVERSIZED)).rejects.toMatchObject({ name: 'ValidationException' });
});

rule('a callback with an output of more than 262,144 bytes is rejected', async () => {
  await open();
  await start('run-1');
  await waiting();
  await expect(succeed(planned[0]?.task_token, OVERSIZED)).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

rule('Pass, Choice, Wait and intrinsic functions work on paths', async () => {
  await open({
    fields: {
      StartAt: 'Name',
      States: {
        Name: {
          Type: 'Pass',
          InputPath: '$.run',
          Parameters: {
            'title.$': "States.Format('{} of {}', $.trigger, $$.Execution.Name)",
            'count.$': 'States.ArrayLength($.dates)',
          },
          ResultPath: '$.named',
          Next: 'Many',
        },
        Many: {
          Type: 'Choice',
          Choices: [{ Variable: '$.named.count', NumericGreaterThan: 1, Next: 'Nap' }],
          Default: 'Few',
        },
        Nap: { Type: 'Wait', Seconds: 1, OutputPath: '$.named', End: true },
        Few: { Type: 'Fail', Error: 'TooFew', Cause: 'needs two dates' },
      },
    },
  });
  const inputOf = (...dates: string[]) => JSON.stringify({ run: { trigger: 'manual', dates } });
  const { status, output } = await ended(await start('run-1', inputOf('2026-03-09', '2026-03-10')));
  expect({ status, output: JSON.parse(output ?? 'null') }).toEqual({
    status: 'SUCCEEDED',
    output: { title: 'manual of run-1', count: 2 },
  });
  expect(await ended(await start('run-2', inputOf()))).toMatchObject({
    status: 'FAILED',
    error: 'TooFew',
    cause: 'needs two dates',
  });
});
