import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CreateHandler } from '../../services/local/emulators/functions.ts';
import type { LocalRuntime } from '../../services/local/start.ts';
import type { Scenario } from '../../services/ring-simulator/sleeper/scenario.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import type { Dependencies } from '../../shared/aws/runtime/dependencies.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { statusOf } from '../../shared/core/ledger.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { freshDataFolder } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';
import {
  changed,
  LAST_OVER,
  NOON,
  type PipelineOptions,
  redrive,
  STANDING_CLOCK,
  startPipeline,
  TIME_ZONE,
  visibleAgainAfter,
} from './support/pipeline.ts';
import { comparable, readTables } from './support/tables.ts';

const DAYS = 25;
let ring: RingSimulator;
let runtime: LocalRuntime;
const clock = clockFrom(NOON);

const begin = async (
  more: Partial<PipelineOptions> = {},
  latencyMs = 0,
  scenario: Scenario = 'steady',
): Promise<void> => {
  ring = await startRingSimulator({
    timeZone: TIME_ZONE,
    clock: STANDING_CLOCK,
    seed: 5,
    latencyMs,
    scenario,
  });
  runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url, ...more });
  await startLocalRun(runtime, 'run-1', { trigger: 'manual', days: DAYS, to: LAST_OVER });
};
afterEach(async () => {
  await runtime.stop();
  await ring.stop();
});
const folder = freshDataFolder();

/** Replaces a client's `send`. Returns `undefined` to send as usual. */
type Instead = (command: unknown, send: () => Promise<unknown>) => Promise<unknown>;
const tapped = <Client extends { send: unknown }>(client: Client, instead: Instead): Client =>
  Object.assign(Object.create(client), {
    send: (command: never) =>
      instead(command, () => (client.send as (command: never) => Promise<unknown>).call(client, command)),
  });
const withSfn =
  (instead: Instead) =>
  (create: CreateHandler): CreateHandler =>
  (dependencies: Dependencies) =>
    create({ ...dependencies, sfn: tapped<SFNClient>(dependencies.sfn, instead) });
const withSqs =
  (instead: Instead) =>
  (create: CreateHandler): CreateHandler =>
  (dependencies: Dependencies) =>
    create({ ...dependencies, sqs: tapped<SQSClient>(dependencies.sqs, instead) });

class Crash extends Error {
  override readonly name = 'Crash';
}
const isCallback = (command: unknown) => command instanceof SendTaskSuccessCommand;

const planTimesOutAfter = (seconds: number) =>
  changed(LOGICAL_ID.syncRun, (properties) => {
    const text = JSON.stringify(properties['DefinitionString']);
    // The definition is JSON inside pieces of a JSON string. The timeout of Plan comes before that of Summarize.
    const plan = /(\\*"Plan\\*":.*?\\*"TimeoutSeconds\\*":)\d+/;
    expect(text).toMatch(plan);
    return { ...properties, DefinitionString: JSON.parse(text.replace(plan, `$1${seconds}`)) };
  });

/** Expects the run to end in Summarize with this status, and then everything to settle. */
const endsAs = async (status: string, cause: string | null = null) => {
  const { status: execution, output } = await runtime.waitForExecution('run-1');
  expect({ execution, output }).toMatchObject({
    execution: 'SUCCEEDED',
    output: { run_id: 'run-1', status, cause },
  });
  await runtime.idle();
  const tables = await readTables(runtime, clock);
  expect(tables.nights).toHaveLength(DAYS);
  expect(tables.nights.every(({ revision }) => revision === 1)).toBe(true);
  expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  expect(tables.runs).toHaveLength(1);
  return tables.runs.map(statusOf)[0];
};

test('if a worker crashes between ledger and callback, the next one calls back', async () => {
  let crashes = 0;
  const worker = withSfn(async (command, send) => {
    if (isCallback(command) && crashes === 0) {
      crashes += 1;
      throw new Crash('between ledger and callback');
    }
    return send();
  });
  await begin({ around: { worker }, changeTemplate: visibleAgainAfter(2) });
  expect(await endsAs('complete')).toBe('complete');
  expect(crashes).toBe(1);
});

test('if a process ends between ledger and callback, the planner of the next one calls back', async () => {
  let crashed = (): void => {};
  const crash = new Promise<void>((resolve) => {
    crashed = resolve;
  });
  const worker = withSfn(async (command, send) => {
    if (!isCallback(command)) return send();
    crashed();
    throw new Crash('and with it the process');
  });
  await begin({ around: { worker } });
  await crash;
  await runtime.stop();
  const calls = ring.calls.length;
  runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url });
  expect(await endsAs('complete')).toBe('complete');
  expect(ring.calls).toHaveLength(calls);
});

test('accepts a repeated callback once', async () => {
  let callbacks = 0;
  const worker = withSfn(async (command, send) => {
    const reply = await send();
    if (!isCallback(command)) return reply;
    callbacks += 1;
    return send();
  });
  await begin({ around: { worker } });
  expect(await endsAs('complete')).toBe('complete');
  expect(callbacks).toBe(1);
});

test('a run whose plan timed out is summarized as incomplete and becomes complete once its dates settle', async () => {
  await begin({ changeTemplate: planTimesOutAfter(2) }, 1500);
  expect(await endsAs('incomplete', 'States.Timeout')).toBe('complete');
});

test('a planner that is invoked again after its dates settled completes the run itself', async () => {
  let invocations = 0;
  const planner =
    (create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      return async (event, context) => {
        const result = await handler(event, context);
        invocations += 1;
        if (invocations > 1) return result;
        throw Object.assign(new Error('The response was lost'), { name: 'Lambda.ServiceException' });
      };
    };
  await begin({ around: { planner } });
  expect(await endsAs('complete')).toBe('complete');
  expect(invocations).toBe(2);
});

test('a planner that dies while queueing is invoked again and queues the rest', async () => {
  let batches = 0;
  const planner = withSqs(async (command, send) => {
    if (command instanceof SendMessageBatchCommand) {
      batches += 1;
      if (batches === 2) throw Object.assign(new Error('Out of memory'), { name: 'Lambda.ServiceException' });
    }
    return send();
  });
  await begin({ around: { planner } });
  expect(await endsAs('complete')).toBe('complete');
});

test('a run whose planner keeps failing is summarized as failed, and its queued dates still settle', async () => {
  const sent: Promise<unknown>[] = [];
  const planner = withSqs(async (command, send) => {
    if (!(command instanceof SendMessageBatchCommand)) return send();
    if (sent.length === 2) {
      // The batches are sent at once, and the run could end before the first two are queued.
      await Promise.all(sent);
      throw new Crash('after 20 of 25 dates');
    }
    sent.push(send());
    return sent.at(-1);
  });
  await begin({ around: { planner } }, 1000);
  const { status, output } = await runtime.waitForExecution('run-1');
  expect({ status, output }).toMatchObject({
    status: 'SUCCEEDED',
    output: { status: 'incomplete', cause: 'Crash', counts: { planned: DAYS } },
  });
  await runtime.idle();
  const { nights, runs } = await readTables(runtime, clock);
  expect(nights).toHaveLength(20);
  expect(runs.map(statusOf)).toEqual(['incomplete']);
  expect(runs[0]?.pending).toHaveLength(5);
});

test('dates that workers settled but never acknowledged stay settled, even if their messages are parked', async () => {
  let answers = 0;
  const worker =
    (create: CreateHandler): CreateHandler =>
    (dependencies) => {
      const handler = create(dependencies);
      return async (event, context) => {
        await handler(event, context);
        answers += 1;
        throw new Crash('after the work, before the answer');
      };
    };
  await begin({ around: { worker }, changeTemplate: visibleAgainAfter(3) }, 0, 'forgetful');
  expect(await runtime.waitForExecution('run-1')).toMatchObject({ output: { status: 'complete' } });
  const settled = comparable(await readTables(runtime, clock)).days as { state: string }[];
  expect(new Set(settled.map(({ state }) => state))).toEqual(new Set(['stored', 'no_data']));
  await runtime.idle();
  expect(answers).toBeGreaterThanOrEqual(5);
  expect((await readTables(runtime, clock)).queues).toMatchObject({ work: 0, parked: DAYS });

  await runtime.stop();
  runtime = await startPipeline({ dataDir: folder.path, clock, baseUrl: ring.url });
  await redrive(runtime);
  const tables = await readTables(runtime, clock);
  expect(tables.days.map(({ state }) => state)).toEqual(settled.map(({ state }) => state));
  expect(tables.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  expect(tables.runs.map(statusOf)).toEqual(['complete']);
});
