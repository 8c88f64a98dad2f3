import { checkWebhooks } from '../../../services/cli/doctor/webhooks.ts';
import type { ServingProcess } from '../../../services/operations/status/sync-state.ts';
import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { LOGICAL_ID, OUTPUT } from '../../../shared/core/names.ts';
import { openTables, type TestTables, WEBHOOK_PARAMETER } from '../../helpers/tables.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const URL_ = 'https://me.example.org/oura';
const check = (outputs: Record<string, string>, aws = true, process: ServingProcess | null = null) =>
  checkWebhooks(
    {
      ...tables,
      sqs: undefined as never,
      sfn: undefined as never,
      outputs: { [OUTPUT.ouraSyncTable]: LOGICAL_ID.ouraSyncTable, ...outputs },
    },
    { process },
    { aws, dataDir: '.data' },
  );
const ON = { [OUTPUT.webhookParameter]: WEBHOOK_PARAMETER };
const subscribed = (valid: number, days_left: number) =>
  createWebhookSubscriptions(tables.dynamodb, LOGICAL_ID.ouraSyncTable).subscribed(URL_, {
    checked_on: '2026-03-10',
    valid,
    days_left,
  });

test('says nothing about a stack without webhooks', async () => {
  expect(await check({})).toEqual([]);
});

test('warns of events that a stack without webhooks still gets', async () => {
  await subscribed(12, 89);
  expect(await check({})).toMatchObject([
    {
      state: 'warning',
      finding: expect.stringContaining(URL_),
      advice: 'run npm run webhooks -- remove --aws',
    },
  ]);
});

test.each([
  [true, 'run npm run webhooks -- subscribe --aws'],
  [false, 'run npm start -- --webhook-url URL'],
])('says how to subscribe if no address is (on AWS: %p)', async (aws, advice) => {
  expect(await check(ON, aws)).toMatchObject([{ state: 'warning', advice }]);
});

test.each([
  [12, 89, 'ok', '12 of 12 events go to https://me.example.org/oura (checked 2026-03-10), for 89 more days'],
  [12, 14, 'ok', '14 more days'],
  [12, 13, 'warning', 'the first for 13 more days'],
  [11, 0, 'warning', '11 of 12 events'],
])('with %i subscriptions and %i days: %s', async (valid, days, state, finding) => {
  await subscribed(valid, days);
  expect(await check(ON)).toMatchObject([{ state, finding: expect.stringContaining(finding) }]);
});

test('does not name a second npm start while one retries the subscription', async () => {
  const [found] = await check(ON, false, { pid: 4711, consumes: true });
  expect(found?.advice).toBe(
    'npm start tries again (see its log); for another address, stop it (process 4711), then run npm start -- --webhook-url URL',
  );
});
