import { credentialsFile } from '../../services/local/data-folder/secret-file.ts';
import { type RenewalParts, renewDaily } from '../../services/planner/renew-daily.ts';
import { type RingSimulator, startRingSimulator } from '../../services/ring-simulator/start.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { parameterStore } from '../../shared/aws/store/parameter-store.ts';
import { createWebhookSubscriptions } from '../../shared/aws/store/webhook-subscriptions.ts';
import { iso } from '../../shared/core/clock.ts';
import { LOGICAL_ID, SERVICE, SSM_REFERENCE } from '../../shared/core/names.ts';
import { planSubscriptions, repairSubscriptions } from '../../shared/oura/webhooks/repair.ts';
import { createSubscriptions } from '../../shared/oura/webhooks/subscriptions.ts';
import { APPLICATION, connect } from '../helpers/connected.ts';
import { type TestLog, testLog } from '../helpers/log.ts';
import { openTables, PARAMETER, type TestTables } from '../helpers/tables.ts';
import { startWebhookCallback, type WebhookCallback } from '../helpers/webhook-callback.ts';

const DAY_MS = 86_400_000;
const BEGIN = Date.parse('2026-03-10T12:00:00-07:00');

let tables: TestTables;
let ring: RingSimulator;
let callback: WebhookCallback;
let log: TestLog;
let sent: [string, number][];
beforeAll(async () => {
  tables = await openTables();
});
beforeEach(async () => {
  await tables.clear();
  tables.clock.set(iso(BEGIN));
  ring = await startRingSimulator({
    timeZone: 'America/Los_Angeles',
    clock: tables.clock,
    oauth: { applications: [APPLICATION] },
  });
  callback = await startWebhookCallback(() => 'token');
  log = testLog();
  sent = [];
  connect(tables.dataDir, ring, tables.clock);
});
afterEach(async () => {
  await callback[Symbol.asyncDispose]();
  await ring.stop();
});
afterAll(() => tables.stop());

const noted = () => createWebhookSubscriptions(tables.dynamodb, LOGICAL_ID.ouraSyncTable);
const parts = (): RenewalParts => ({
  clock: tables.clock,
  log: createLog(SERVICE.planner, log.console),
  metrics: {
    count: () => {},
    level: (metric, value) => void sent.push([metric, value]),
    milliseconds: () => {},
    seconds: () => {},
    flush: () => {},
  },
  credentials: parameterStore(tables.ssm, `${SSM_REFERENCE}${PARAMETER}`),
  subscriptions: noted(),
  baseUrl: ring.url,
  timeZone: 'America/Los_Angeles',
});
const renew = (timeLeft = 60_000) => renewDaily(parts(), () => timeLeft);
/** Goes to a day after the subscriptions were made. */
const toDay = (day: number) => tables.clock.set(iso(BEGIN + day * DAY_MS));

const subscribe = async () => {
  const api = createSubscriptions({ baseUrl: ring.url, application: APPLICATION });
  const { url } = callback;
  const plan = planSubscriptions(await api.list(), url);
  await repairSubscriptions(api, { url, verificationToken: 'token' }, plan, false);
  await noted().subscribed(url, { checked_on: '2026-03-10', valid: 12, days_left: 89 });
};
const renewals = () => ring.webhooks.calls.filter(({ path }) => path.includes('/renew/')).length;
const requests = () => ring.webhooks.calls.length;

test('asks Oura once a day', async () => {
  await subscribe();
  const before = requests();
  await renew();
  expect(requests()).toBe(before);
  toDay(1);
  await renew();
  await renew();
  expect(requests()).toBe(before + 1);
  expect(sent).toEqual([
    ['subscriptionsValid', 12],
    ['subscriptionDaysLeft', 89],
  ]);
});

test('renews when less than 30 days are left, and not before', async () => {
  await subscribe();
  toDay(60);
  await renew();
  expect(renewals()).toBe(0);
  toDay(61);
  await renew();
  expect(renewals()).toBe(12);
  expect(await noted().get()).toMatchObject({ checked_on: '2026-05-10', valid: 12, days_left: 90 });
});

test('reports a subscription that Oura has ended as no days left', async () => {
  await subscribe();
  const [first] = ring.webhooks.subscriptions;
  await createSubscriptions({ baseUrl: ring.url, application: APPLICATION }).remove(first?.id ?? '');
  toDay(1);
  await renew();
  expect(sent).toEqual([
    ['subscriptionsValid', 11],
    ['subscriptionDaysLeft', 0],
  ]);
});

test.each([
  ['no address is subscribed', 'No address is subscribed', async () => {}],
  [
    'a personal access token replaced the connection',
    'Without a connected application',
    async () => {
      await subscribe();
      credentialsFile(tables.dataDir).write('personal-token');
    },
  ],
  [
    'Oura does not accept the client secret',
    'cannot be renewed',
    async () => {
      await subscribe();
      connect(tables.dataDir, ring, tables.clock, { client_secret: 'old' });
    },
  ],
])('reports no days left if %s', async (_, reason, prepare) => {
  await prepare();
  toDay(1);
  await renew();
  expect(log.text()).toContain(reason);
  expect(sent).toEqual([
    ['subscriptionsValid', 0],
    ['subscriptionDaysLeft', 0],
  ]);
});

test('tries again in the next run after an outage, reports nothing, and never fails the run', async () => {
  await subscribe();
  toDay(1);
  ring.faults.always('unavailable', { collection: 'webhook' });
  await renew();
  await renew(1_000);
  expect(sent).toEqual([]);
  expect(log.text()).toContain('were not checked');
  ring.faults.clear();
  await renew();
  expect(sent).toContainEqual(['subscriptionsValid', 12]);
}, 30_000);

test('shows no secret in the log', async () => {
  await subscribe();
  connect(tables.dataDir, ring, tables.clock, { client_secret: 'an-old-secret' });
  toDay(1);
  await renew();
  expect(log.text()).not.toContain('an-old-secret');
});
