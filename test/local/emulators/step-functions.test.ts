import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { CreateHandler } from '../../../services/local/emulators/functions.ts';
import {
  type LocalRuntime,
  openLocal,
  type StartOptions,
  startLocal,
} from '../../../services/local/start.ts';
import type { RunInput } from '../../../shared/core/messages.ts';
import { captured, localOptions, newFolder, removeFolders, startOptions, until } from '../support/machine.ts';
import { PLAN, smallTemplate } from '../support/small-template.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:SyncRun';
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:SyncRun';

let runtime: LocalRuntime | undefined;
const start = async (planner: CreateHandler, more: Partial<StartOptions> = {}, dataDir = newFolder()) => {
  const handlers = { planner, summary: () => async (event: unknown) => event };
  const started = await startLocal(startOptions(dataDir, handlers, more));
  runtime = started;
  const startExecution = async (input: RunInput, name: string) => {
    const command = new StartExecutionCommand({
      stateMachineArn: MACHINE,
      name,
      input: JSON.stringify(input),
    });
    return (await started.clients.sfn.send(command)).executionArn;
  };
  return { ...started, startExecution };
};
afterEach(async () => {
  await runtime?.stop();
  runtime = undefined;
  removeFolders();
});

interface PlanEvent {
  readonly token: string;
  readonly name: string;
  readonly started: string;
}
/** A planner that records its input and leaves the callback to the test. */
const keeping =
  (events: PlanEvent[]): CreateHandler =>
  () =>
  async (event) => {
    events.push(event as PlanEvent);
  };
const succeeding: CreateHandler =
  ({ sfn }) =>
  async (event) => {
    const { token } = event as PlanEvent;
    await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"planned":3}' }));
  };
const MANUAL = { trigger: 'manual' } as const;

test.each([
  ['TaskDoesNotExist', 'local-00000000-0000-0000-0000-000000000000', '{}'],
  ['InvalidToken', 'mine', '{}'],
])('rejects a callback with %s', async (name, taskToken, output) => {
  const { clients } = await start(succeeding);
  const sent = clients.sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
  await expect(sent).rejects.toMatchObject({ name });
});

test('restarts an execution that a stopped process left, with the same name and start time', async () => {
  const folder = newFolder();
  const events: PlanEvent[] = [];
  const first = await start(keeping(events), {}, folder);
  await first.startExecution(MANUAL, 'run-1');
  await until(() => events.length === 1);
  await first.stop();
  const { waitForExecution, clients } = await start(keeping(events), {}, folder);
  await until(() => events.length === 2);
  expect(events[1]).toMatchObject({ name: 'run-1', started: events[0]?.started });
  const old = clients.sfn.send(new SendTaskSuccessCommand({ taskToken: events[0]?.token, output: '{}' }));
  await expect(old).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  await clients.sfn.send(new SendTaskSuccessCommand({ taskToken: events[1]?.token, output: '{}' }));
  expect(await waitForExecution('run-1')).toMatchObject({ status: 'SUCCEEDED' });
});

test('keeps an execution that is started while the machine is stopped until the next start', async () => {
  const folder = newFolder();
  const services = await openLocal(localOptions(folder));
  await services.clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'run-1', input: '{}' }),
  );
  await services.stop();
  const { waitForExecution } = await start(succeeding, {}, folder);
  expect(await waitForExecution('run-1')).toMatchObject({ status: 'SUCCEEDED' });
});

test.each([
  ['JSONata', { QueryLanguage: 'JSONata' }, 'QueryLanguage of state Plan'],
  ['Assign', { Assign: { a: 1 } }, 'Assign of state Plan'],
  ['a heartbeat', { HeartbeatSeconds: 5 }, 'HeartbeatSeconds of state Plan'],
  [
    'the state in the context',
    { Parameters: { ...PLAN.Parameters, 'at.$': '$$.State.EnteredTime' } },
    '$$.State.EnteredTime in the definition.States.Plan.Parameters.at.$',
  ],
  [
    'another service',
    { Resource: 'arn:aws:states:::sqs:sendMessage' },
    'resource arn:aws:states:::sqs:sendMessage of state Plan',
  ],
])('names the unsupported feature: %s', async (_, plan, feature) => {
  const starting = start(succeeding, { template: smallTemplate({ plan }) });
  await expect(starting).rejects.toMatchObject({ name: 'UnsupportedTemplate' });
  await expect(starting).rejects.toThrow(`does not support ${feature} (at SyncRun)`);
});

test('knows the end of an execution that cannot be written, reports it, and writes it when it can', async () => {
  const dataDir = newFolder();
  const [folder, elsewhere] = [join(dataDir, 'executions'), join(dataDir, 'executions.away')];
  const events: PlanEvent[] = [];
  const sentences: string[] = [];
  const report = (sentence: string) => void sentences.push(sentence);
  const { clients, waitForExecution, startExecution, stop } = await start(
    keeping(events),
    { report },
    dataDir,
  );
  await startExecution({ trigger: 'manual' }, 'run-1');
  await until(() => events.length === 1);
  // Without the folder, every write fails, as on a full disk.
  renameSync(folder, elsewhere);
  const [{ token: taskToken } = { token: '' }] = events;
  await clients.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  expect(await waitForExecution('run-1')).toMatchObject({ status: 'SUCCEEDED' });
  expect(sentences).toEqual([
    expect.stringMatching(/^The end of the run run-1 cannot be written \(.+\): it is tried/),
  ]);
  renameSync(elsewhere, folder);
  await stop();
  expect(JSON.parse(readFileSync(join(folder, 'SyncRun%3Arun-1.json'), 'utf8'))).toMatchObject({
    status: 'SUCCEEDED',
  });
});

test('writes no payload to the log', async () => {
  const { console, text } = captured();
  const { startExecution, waitForExecution } = await start(succeeding, { console });
  await startExecution(MANUAL, 'run-1');
  await waitForExecution('run-1');
  expect(text()).toBe('');
});

describe('data of more than 262,144 bytes', () => {
  const MOST = 262_144;
  /** Its JSON text has so many bytes, because the quotation marks and `é` have two. */
  const textOf = (bytes: number): string => `${'x'.repeat(bytes - 4)}é`;
  const EXCEEDED = { status: 'FAILED', error: 'States.DataLimitExceeded' };
  const describeRun = async ({ clients }: LocalRuntime, name: string) =>
    clients.sfn.send(new DescribeExecutionCommand({ executionArn: `${EXECUTION}:${name}` }));
  const withSummary = async (summary: CreateHandler) => {
    const handlers = { planner: succeeding, summary };
    runtime = await startLocal(startOptions(newFolder(), handlers));
    const command = { stateMachineArn: MACHINE, name: 'run-1', input: '{}' };
    await runtime.clients.sfn.send(new StartExecutionCommand(command));
    await runtime.waitForExecution('run-1');
    return describeRun(runtime, 'run-1');
  };

  test('fails the execution if a function returns it', async () => {
    // The result of the task also has the version and the status code.
    const around = JSON.stringify({ ExecutedVersion: '$LATEST', Payload: '', StatusCode: 200 }).length - 2;
    const fits = await withSummary(() => async () => textOf(MOST - around));
    expect(fits).toMatchObject({ status: 'SUCCEEDED' });
    await runtime?.stop();
    expect(await withSummary(() => async () => textOf(MOST - around + 1))).toMatchObject({
      ...EXCEEDED,
      cause: expect.stringContaining("The state/task 'Summarize' returned a result with a size exceeding"),
    });
  });

  test('fails the execution if the callback and the input exceed it together, without a retry or the catch', async () => {
    const events: PlanEvent[] = [];
    const { startExecution, waitForExecution, clients } = await start(keeping(events));
    await startExecution({ trigger: 'manual' }, 'run-1');
    await until(() => events.length === 1);
    const output = JSON.stringify(textOf(MOST));
    await clients.sfn.send(new SendTaskSuccessCommand({ taskToken: events[0]?.token, output }));
    await waitForExecution('run-1');
    expect(await describeRun(runtime as LocalRuntime, 'run-1')).toMatchObject({
      ...EXCEEDED,
      cause: expect.stringContaining("The state/task 'Summarize' was given an input"),
    });
    expect(events).toHaveLength(1);
  });

  test('is rejected as an input or an output of a call, with the limit', async () => {
    const { clients } = await start(succeeding);
    const message = expect.stringContaining('Member must have length less than or equal to 262144');
    const input = JSON.stringify(textOf(MOST + 1));
    const calls = [
      clients.sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'run-1', input })),
      clients.sfn.send(new SendTaskSuccessCommand({ taskToken: 'a', output: input })),
    ];
    for (const call of calls)
      await expect(call).rejects.toMatchObject({ name: 'ValidationException', message });
    const failure = { taskToken: 'a', error: 'e'.repeat(257) };
    await expect(clients.sfn.send(new SendTaskFailureCommand(failure))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
