import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createHandler } from '../../services/watcher/handler.ts';
import { MOST_REQUESTS } from '../../services/watcher/watch-morning.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { ENV, LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import { nightOf } from '../aws/store/nights.ts';
import { openStack, type TestStack } from '../helpers/dependencies.ts';
import { type FixtureOura, startFixtureOura } from '../helpers/fixture-oura.ts';
import { forEachTest } from '../helpers/for-each-test.ts';

const DAY = '2026-03-10';
/** Seven o'clock, as no night is stored. */
const WAKE = `${DAY}T07:00:00-07:00`;

const PERIOD = {
  ...{ id: 'night', day: DAY, type: 'long_sleep', period: 0, low_battery_alert: false },
  ...{
    bedtime_start: '2026-03-09T23:00:00-07:00',
    bedtime_end: `${DAY}T06:40:00-07:00`,
    time_in_bed: 27_600,
  },
  ...{ total_sleep_duration: 25_000, deep_sleep_duration: 5000, light_sleep_duration: 14_000 },
  ...{ rem_sleep_duration: 6000, awake_time: 2600, latency: 300, efficiency: 90 },
};
const SCORE = { id: 'score', day: DAY, timestamp: `${DAY}T00:00:00Z`, score: 85, contributors: {} };

let stack: TestStack;
beforeAll(async () => {
  stack = await openStack({ mornings: true });
});
beforeEach(async () => {
  await stack.clear();
  stack.clock.set(WAKE);
});
afterAll(() => stack.stop());
const oura: FixtureOura = forEachTest(
  () => startFixtureOura({ records: {} }),
  ({ stop }) => stop(),
);

/** A process of its own, as after a cold start. */
const watch = async () => {
  const env = { [ENV.ouraApiBaseUrl]: oura.url };
  const handler = createHandler(stack.of(LOGICAL_ID.watcher, env));
  return (await handler({}, { awsRequestId: 'request', getRemainingTimeInMillis: () => 30_000 })).found;
};
const started = () =>
  stack.calls.of('StartExecutionCommand').map(({ name, input }) => [name, JSON.parse(String(input))]);
const asked = () => oura.requests.map(({ collection }) => collection);
const has = (records: { sleep?: object[]; daily_sleep?: object[] }) => Object.assign(oura.records, records);

test('asks nothing before the usual wake-up time, and does not start a run', async () => {
  has({ sleep: [PERIOD], daily_sleep: [SCORE] });
  stack.clock.set(`${DAY}T06:59:59-07:00`);
  expect(await watch()).toBe('idle');
  expect(asked()).toEqual([]);
});

test('while Oura has no night, each invocation costs one request and starts no run', async () => {
  for (const expected of [1, 2, 3]) {
    expect(await watch()).toBe('awaited');
    expect(asked()).toEqual(Array(expected).fill('sleep'));
  }
  expect(started()).toEqual([]);
});

test('a watch of a clock that was ahead does not last until that date', async () => {
  stack.clock.set('2026-12-31T08:00:00-08:00');
  expect(await watch()).toBe('awaited');
  stack.clock.set(WAKE);
  expect(await watch()).toBe('awaited');
  has({ sleep: [PERIOD], daily_sleep: [SCORE] });
  expect(await watch()).toBe('started');
  expect(started()).toMatchObject([[`morning-${DAY}`, { from: DAY }]]);
});

test('once Oura has a period that is over and a score, starts a run of the day, and asks no more', async () => {
  has({ sleep: [PERIOD], daily_sleep: [SCORE] });
  expect(await watch()).toBe('started');
  expect(started()).toEqual([[`morning-${DAY}`, { trigger: 'morning', from: DAY, to: DAY }]]);
  expect(asked()).toEqual(['sleep', 'daily_sleep']);
  expect(await watch()).toBe('idle');
  expect(asked()).toHaveLength(2);
});

test.each<[string, object[]]>([
  ['a period without an end', [{ ...PERIOD, bedtime_end: null }]],
  ['a period whose end may still move', [{ ...PERIOD, bedtime_end: `${DAY}T06:51:00-07:00` }]],
  ['the period of another day', [{ ...PERIOD, day: '2026-03-09' }]],
  ['a rejected period', [{ ...PERIOD, type: 'rest' }]],
  ['an invalid period', [{ ...PERIOD, total_sleep_duration: 'long' }]],
])('%s is not last night: the score is not asked for', async (_which, sleep) => {
  has({ sleep, daily_sleep: [SCORE] });
  expect(await watch()).toBe('awaited');
  expect(asked()).toEqual(['sleep']);
});

test.each<[string, object[]]>([
  ['no document', []],
  ['a document without a score', [{ ...SCORE, score: null }]],
  ['the score of another day', [{ ...SCORE, day: '2026-03-09' }]],
])('waits for the score: %s', async (_which, daily_sleep) => {
  has({ sleep: [PERIOD], daily_sleep });
  expect(await watch()).toBe('awaited');
  has({ daily_sleep: [SCORE] });
  expect(await watch()).toBe('started');
});

test('does not wait for a score that the account is denied', async () => {
  has({ sleep: [PERIOD] });
  oura.respondWith(({ collection }) =>
    collection === 'daily_sleep' ? { status: 403, body: { detail: 'no scope' } } : undefined,
  );
  expect(await watch()).toBe('started');
});

test('a night that another run has stored ends the morning without a request', async () => {
  const table = createSleepTable(stack.raw.dynamodb, String(stack.outputs[OUTPUT.ouraSleepTable]));
  const night = nightOf(DAY, { bedtime_end: `${DAY}T06:40:00-07:00`, sleep_score: 85 });
  await table.put(night, { askedAt: stack.clock.now(), settled: false });
  expect(await watch()).toBe('stored');
  expect(await watch()).toBe('idle');
  expect(asked()).toEqual([]);
});

test('a stored night without a score is still awaited', async () => {
  const table = createSleepTable(stack.raw.dynamodb, String(stack.outputs[OUTPUT.ouraSleepTable]));
  const night = nightOf(DAY, { bedtime_end: `${DAY}T06:40:00-07:00`, sleep_score: null });
  await table.put(night, { askedAt: stack.clock.now(), settled: false });
  expect(await watch()).toBe('awaited');
});

test(`a day has at most ${MOST_REQUESTS} requests, of which ten are left for the run, whatever process counts`, async () => {
  for (let request = 1; request <= MOST_REQUESTS - 10; request++) expect(await watch()).toBe('awaited');
  for (const _more of [1, 2]) expect(await watch()).toBe('spent');
  expect(asked()).toHaveLength(MOST_REQUESTS - 10);
  stack.clock.set('2026-03-11T07:00:00-07:00');
  expect(await watch()).toBe('awaited');
});

test.each([
  ['503', { status: 503 }],
  ['429', { status: 429, headers: { 'retry-after': '60' } }],
])('an outage (%s) costs one request, and the next invocation asks again', async (_which, reply) => {
  oura.respondWith(() => reply);
  expect(await watch()).toBe('unanswered');
  expect(asked()).toHaveLength(1);
  oura.respondWith(undefined);
  expect(await watch()).toBe('awaited');
});

test('if Oura rejects the credentials, starts the run that reports it, once', async () => {
  oura.respondWith(() => ({ status: 401, body: { detail: 'no' } }));
  expect(await watch()).toBe('started');
  expect(started()).toHaveLength(1);
  expect(await watch()).toBe('idle');
});

test('uses no key of the ledger but those that its role allows', async () => {
  has({ sleep: [PERIOD], daily_sleep: [SCORE] });
  await watch();
  const ledger = stack.outputs[OUTPUT.ouraSyncTable];
  const keys = [...stack.calls.of('GetItemCommand'), ...stack.calls.of('UpdateItemCommand')].map(
    ({ TableName, Key }) => (TableName === ledger ? String((Key as { pk?: unknown }).pk) : 'another table'),
  );
  expect([...new Set(keys)].sort()).toEqual(['lock#rate-limit', 'morning#watch']);
  expect(
    stack.calls.of('BatchGetItemCommand').flatMap(({ RequestItems }) => Object.keys(RequestItems ?? {})),
  ).not.toContain(ledger);
});

test('after a crash between the start and the end of the morning, the run is not started again', async () => {
  has({ sleep: [PERIOD], daily_sleep: [SCORE] });
  await watch();
  await stack.raw.dynamodb.send(
    new UpdateCommand({
      TableName: String(stack.outputs[OUTPUT.ouraSyncTable]),
      Key: { pk: 'morning#watch' },
      UpdateExpression: 'REMOVE ended',
    }),
  );
  expect(await watch()).toBe('started');
  expect(new Set(started().map(([name]) => name))).toEqual(new Set([`morning-${DAY}`]));
});
