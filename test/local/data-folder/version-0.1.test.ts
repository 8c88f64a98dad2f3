import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { savedTemplate } from '../../../services/local/data-folder/saved-template.ts';
import { type LocalServices, openLocal } from '../../../services/local/start.ts';
import { startRingSimulator } from '../../../services/ring-simulator/start.ts';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { clockFrom } from '../../../shared/core/clock.ts';
import { LOGICAL_ID, OUTPUT } from '../../../shared/core/names.ts';
import { startLocalRun } from '../../helpers/start-run.ts';
import { redrive, startPipeline, TIME_ZONE } from '../../reliability/support/pipeline.ts';
import { localOptions, newFolder, removeFolders } from '../support/machine.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'data-folder-0.1');
/** Half an hour after version 0.1 was last run in the folder. */
const NOW = Date.parse('2026-03-09T20:40:00Z');

afterEach(removeFolders);

/** A copy of the folder with its parked message sent now, because SQS deletes a message after two weeks. */
const copyOfFixture = (): string => {
  const dataDir = newFolder();
  cpSync(FIXTURE, dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'sqs', 'fauxqs.db'));
  database.prepare('UPDATE sqs_messages SET sent_timestamp = ?').run(Date.now());
  database.close();
  return dataDir;
};

const nights = async ({ clients }: LocalServices) => {
  const { Items = [] } = await clients.dynamodb.send(
    new ScanCommand({ TableName: LOGICAL_ID.ouraSleepTable }),
  );
  return Items.sort((a, b) => (String(a['date']) < String(b['date']) ? -1 : 1));
};
const entry = async ({ clients }: LocalServices, pk: string) =>
  (await clients.dynamodb.send(new GetCommand({ TableName: LOGICAL_ID.ouraSyncTable, Key: { pk } }))).Item;
const parked = ({ clients, outputs }: LocalServices) =>
  queueDepth(clients.sqs, outputs[OUTPUT.parkedQueueUrl] ?? '');

test('reads the nights, the ledger and the parked queue of version 0.1 with its stored template', async () => {
  const dataDir = copyOfFixture();
  const template = savedTemplate(dataDir);
  if (!template) throw new Error('The template of version 0.1 cannot be read');
  const services = await openLocal(localOptions(dataDir, { template }));
  try {
    expect(await nights(services)).toMatchObject([
      { date: '2026-03-08', settled: expect.any(Boolean), hrv: expect.any(Number) },
      { date: '2026-03-09', sleep_score: 65, hrv: 58, heart_rate: 54.23 },
    ]);
    expect(await entry(services, 'day#2026-03-09')).toMatchObject({ state: 'stored' });
    expect(await entry(services, 'day#2026-03-05')).toMatchObject({
      state: 'parked',
      last_error: { name: 'OuraUnavailable' },
    });
    expect(await parked(services)).toBe(1);
  } finally {
    await services.stop();
  }
});

test('redrives the messages that version 0.1 parked, and starts another run', async () => {
  const dataDir = copyOfFixture();
  const clock = clockFrom(NOW);
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock });
  // As fast as possible: no batching window.
  const settings = { batchSize: 10, batchingWindowSeconds: 0 };
  const runtime = await startPipeline({ dataDir, clock, baseUrl: ring.url, settings });
  try {
    const before = await nights(runtime);
    expect(existsSync(join(dataDir, 'dynamodb.before-0.3'))).toBe(true);
    await redrive(runtime);
    expect(await parked(runtime)).toBe(0);
    expect(await entry(runtime, 'day#2026-03-05')).toMatchObject({ state: 'stored' });

    await startLocalRun(runtime, 'again', { trigger: 'manual', from: '2026-03-08', to: '2026-03-09' });
    const { output } = await runtime.waitForExecution('again');
    expect(output).toMatchObject({ status: 'complete', counts: { stored: 0, failed: 0 } });
    // A successful run on the copied tables.
    expect(existsSync(join(dataDir, 'dynamodb.before-0.3'))).toBe(false);
    const [first, ...rest] = await nights(runtime);
    expect(first).toMatchObject({ date: '2026-03-05' });
    expect(rest.map(({ revision }) => revision)).toEqual(before.map(({ revision }) => revision));
  } finally {
    await runtime.stop();
    await ring.stop();
  }
});
