import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readSettings } from '../../../cdk/settings.ts';
import { importHandler } from '../../../services/local/emulators/functions.ts';
import { startLocal } from '../../../services/local/start.ts';
import type { Template } from '../../../services/local/template/parse-template.ts';
import { webhooksOf } from '../../../services/operations/webhooks/subscribe.ts';
import { startRingSimulator } from '../../../services/ring-simulator/start.ts';
import type { RunInput } from '../../../shared/core/messages.ts';
import { HANDLER_METADATA, LOGICAL_ID } from '../../../shared/core/names.ts';
import { type AwsCalls, watchCalls } from '../../helpers/aws-calls.ts';
import { testClock } from '../../helpers/clock.ts';
import { APPLICATION, connect } from '../../helpers/connected.ts';
import { freePort } from '../../helpers/consent.ts';
import { testLog } from '../../helpers/log.ts';
import { type Call, recordCalls } from '../../helpers/record-calls.ts';
import { shortGathering } from '../../helpers/short-gathering.ts';
import { stackTemplate } from '../../helpers/stack-template.ts';
import { startLocalRun } from '../../helpers/start-run.ts';

const NOON = '2026-03-10T12:00:00-07:00';

/** The function that consumes each queue. */
const CONSUMERS: Readonly<Record<string, string>> = {
  [LOGICAL_ID.workQueue]: LOGICAL_ID.worker,
  [LOGICAL_ID.deadLetterQueue]: LOGICAL_ID.logError,
};

/** The logical ID of the function with the module at `path`, so that callers have the names of the template. */
const functionOf = (template: Template, path: string): string =>
  Object.entries(template.Resources).find(([, { Metadata }]) => Metadata?.[HANDLER_METADATA] === path)?.[0] ??
  path;

/**
 * Every call of the functions and their event sources in a scenario that takes all code paths: new nights, empty
 * days, revised and settled nights, a concurrent write, a token refresh by each of two functions, an outage that parks
 * dates, a revoked grant, and an empty run. With the setting `webhooks`, also handshakes, an announced night, the same
 * events again, and a document that Oura does not have. With `mornings`, also the mornings of a few days. Callers are logical IDs. An event source counts as its function.
 */
export const sentCalls = async (
  given: { readonly webhooks?: boolean; readonly mornings?: boolean } = {},
): Promise<{ calls: readonly Call[]; template: Template }> => {
  const clock = testClock(NOON);
  const { timeZone } = readSettings({});
  const oauth = { applications: [APPLICATION] };
  const ring = await startRingSimulator({ timeZone, clock, scenario: 'forgetful', oauth });
  const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-iam-'));
  // As fast as possible: no batching window, and at most two attempts.
  const settings = readSettings({
    retryBaseSeconds: 0.02,
    batchSize: 10,
    batchingWindowSeconds: 0,
    maxReceiveCount: 2,
    ouraApiBaseUrl: ring.url,
    ...given,
  });
  const template = await stackTemplate(settings);
  const port = given.webhooks ? await freePort() : undefined;
  const webhooks = port && { url: `http://127.0.0.1:${port}${settings.webhookPath}`, port };
  const recorder = recordCalls();
  connect(dataDir, ring, clock);
  let worker: AwsCalls | undefined;
  let watch: (() => Promise<unknown>) | undefined;
  try {
    const runtime = await startLocal({
      settings,
      dataDir,
      clock,
      // Without the wait for the other events of a burst.
      template: shortGathering(template, 0),
      secrets: {},
      ...(webhooks && { webhooks }),
      console: testLog().console,
      schedule: false,
      loadHandler: async (path) => {
        const name = functionOf(template, path);
        const create = await importHandler(path);
        return recorder.around(name, (dependencies) => {
          if (name === LOGICAL_ID.worker) worker = watchCalls([dependencies.dynamodb]);
          const handler = create(dependencies);
          if (name === LOGICAL_ID.watcher) {
            watch = () => handler({}, { awsRequestId: 'request', getRemainingTimeInMillis: () => 30_000 });
          }
          return handler;
        });
      },
    });
    // The event sources use the runtime's client.
    const events = recordCalls();
    Object.assign(runtime.clients.sqs, events.watch('', runtime.clients).sqs);
    const run = async (name: string, input: RunInput) => {
      await startLocalRun(runtime, name, input);
      await runtime.waitForExecution(name);
      await runtime.idle();
    };
    try {
      await run('first', { trigger: 'schedule' });
      await run('backfill', { trigger: 'backfill', days: 14 });
      ring.edit('2026-03-07', (records) => ({ ...records, daily_sleep: [] }));
      if (webhooks) {
        const stack = { ...runtime.clients, clock, outputs: runtime.outputs };
        const subscribed = webhooksOf(stack, { application: APPLICATION, url: webhooks.url });
        await subscribed.subscribe(await subscribed.plan());
        const events = ring.webhooks.announce('2026-03-09', { eventType: 'update' });
        await ring.webhooks.settled();
        await runtime.idle();
        ring.webhooks.repeat(events);
        ring.webhooks.send([{ event_type: 'create', data_type: 'sleep', object_id: 'unknown' }]);
        await ring.webhooks.settled();
        await runtime.idle();
      }
      for (const date of ['2026-03-11', '2026-03-12', '2026-03-13']) {
        clock.set(`${date}T11:00:00-07:00`);
        await watch?.();
        await runtime.idle();
      }
      // A day later, due nights are read again; a month later, for the last time.
      for (const [name, instant] of [
        ['next-day', '2026-03-11T12:00:00-07:00'],
        ['next-month', '2026-04-09T12:00:00-07:00'],
      ] as const) {
        clock.set(instant);
        await run(name, { trigger: 'schedule' });
      }
      // Another writer stores the night that the worker is about to store.
      worker?.beforeNext('PutItemCommand', async () => {
        const Item = { date: '2025-04-01', content_hash: 'another', updated_at: '9999' };
        await runtime.clients.dynamodb.send(new PutCommand({ TableName: LOGICAL_ID.ouraSleepTable, Item }));
      });
      await run('contended', { trigger: 'manual', from: '2025-04-01', to: '2025-04-01' });
      await run('nothing', { trigger: 'manual', from: '2026-03-10', to: '2026-03-10' });
      // All of Oura is down, including the token URL, until the planner's refresh has failed. So the worker refreshes.
      clock.set('2026-04-12T12:00:00-07:00');
      ring.faults.next(1, 'unavailable', { collection: 'token' });
      await run('refresh', { trigger: 'manual', from: '2025-05-01', to: '2025-05-01' });
      ring.faults.always('unavailable');
      await run('outage', { trigger: 'manual', from: '2025-06-01', to: '2025-06-02' });
      ring.faults.clear();
      ring.oauth.revokeAll();
      await run('rejected', { trigger: 'manual', from: '2025-07-01', to: '2025-07-01' });
    } finally {
      await runtime.stop();
    }
    const polled = events.calls.map((call) => {
      const queue = String(call.input['QueueUrl']).split('/').at(-1) ?? '';
      return { ...call, caller: CONSUMERS[queue] ?? queue };
    });
    return { calls: [...recorder.calls, ...polled], template };
  } finally {
    await ring.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
