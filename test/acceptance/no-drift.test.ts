import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import type { SQSEvent } from 'aws-lambda';
import { readSettings } from '../../cdk/settings.ts';
import { importHandler, type LoadHandler } from '../../services/local/emulators/functions.ts';
import { startLocal } from '../../services/local/start.ts';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { clockFrom } from '../../shared/core/clock.ts';
import { OUTPUT } from '../../shared/core/names.ts';
import { temporaryDataDir } from '../helpers/command.ts';
import { startLocalRun } from '../helpers/start-run.ts';

const TODAY = '2026-03-10';
const DATES = ['2026-03-08', '2026-03-09', TODAY];

/** Runs the three dates against a ring that is down, with the template that the settings synthesize. */
const runWith = async (given: Record<string, unknown>) => {
  const clock = clockFrom(Date.parse(`${TODAY}T12:00:00-07:00`));
  const ring = await startRingSimulator({ timeZone: 'America/Los_Angeles', clock, scenario: 'down' });
  const dataDir = await temporaryDataDir();
  const settings = readSettings({ ouraApiBaseUrl: ring.url, retryBaseSeconds: 0.01, ...given });
  const batches: number[] = [];
  /** The real handlers, with the worker's batches counted on the way in. */
  const loadHandler: LoadHandler = async (path) => {
    const create = await importHandler(path);
    if (!path.includes('worker')) return create;
    return (dependencies) => {
      const handler = create(dependencies);
      return (event, context) => {
        batches.push((event as SQSEvent).Records.length);
        return handler(event, context);
      };
    };
  };
  const runtime = await startLocal({
    settings,
    dataDir: dataDir.path,
    clock,
    secrets: { [settings.ouraApiKeyParameter]: 'any' },
    console: new Console(new PassThrough().resume()),
    schedule: false,
    loadHandler,
  });
  try {
    await startLocalRun(runtime, 'run', { trigger: 'manual', from: DATES[0], to: TODAY });
    const { output } = await runtime.waitForExecution('run');
    const days = createDays(runtime.clients.dynamodb, runtime.outputs[OUTPUT.ouraSyncTable] ?? '');
    const attempts = [...(await days.get(DATES)).values()].map((entry) => entry.attempts);
    return { attempts, batches, output };
  } finally {
    await runtime.stop();
    await ring.stop();
    await dataDir.remove();
  }
};

test('a changed maxReceiveCount changes how often the local run tries', async () => {
  const { attempts, batches, output } = await runWith({ maxReceiveCount: 2 });
  expect(attempts).toEqual([2, 2, 2]);
  expect(output).toMatchObject({ status: 'failed', counts: { failed: 3 } });
  // With the default batch size all three dates fit into one batch. The next test makes it smaller.
  expect(Math.max(...batches)).toBe(3);
});

test('a changed batchSize changes how many messages the local worker is given', async () => {
  const { batches } = await runWith({ maxReceiveCount: 1, batchSize: 2 });
  expect(Math.max(...batches)).toBe(2);
});
