import { EDGE_RECORDS } from '../fixtures/oura/edge-nights.ts';
import { workBody } from '../helpers/queues.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

const [FIRST, SECOND] = ['2026-03-10', '2026-03-29'] as const;
/** So far from the others that it has a window of its own. */
const FAR = '2022-01-01';

const { bench, oura } = benchWithOura(EDGE_RECORDS);

/** Answers `collection` (or all) with `status` from now on. */
const fail = (status: number, collection?: string) =>
  oura.respondWith((request) =>
    collection === undefined || request.collection === collection ? { status, body: {} } : undefined,
  );
const worker = (env = {}) => bench.worker(oura, { env: { ...AT_ONCE, ...env } });
const deadLetters = async () => (await bench.stack.queues.receive('deadLetter')).Records;
const failureOf = async () => {
  const [record] = await deadLetters();
  return record?.messageAttributes['failure_name']?.stringValue;
};

test('while Oura is unavailable, the delay of a message doubles with each attempt', async () => {
  await bench.plan('away', [FIRST]);
  fail(503);
  // Too little time for a repeat within the invocation, which would wait for real.
  const away = bench.worker(oura, { timeLeftMs: 1800 });
  for (let attempt = 1; attempt <= 4; attempt++) {
    const { kept, records } = await away.deliver();
    expect(kept).toEqual([FIRST]);
    expect(await bench.day(FIRST)).toMatchObject({
      state: 'failed',
      reason: 'OuraUnavailable',
      attempts: attempt,
    });
    await bench.stack.queues.giveBack('work', records);
  }
  for (const [index, seconds] of bench.visibilities().entries()) {
    expect(seconds).toBeGreaterThanOrEqual(480 * 2 ** index);
    expect(seconds).toBeLessThanOrEqual(600 * 2 ** index);
  }
  expect(bench.visibilities()).toHaveLength(4);
});

test('dates that fail together return together, so that they share a window again', async () => {
  await bench.plan('together', [FIRST, SECOND, FAR]);
  fail(503);
  await bench.worker(oura, { timeLeftMs: 1800 }).deliver();
  expect(bench.visibilities()).toHaveLength(3);
  expect(new Set(bench.visibilities()).size).toBe(1);
});

test('sends the message to the dead-letter queue with its attributes after the fifth attempt', async () => {
  const attributes = { note: { DataType: 'String', StringValue: 'kept' } };
  await bench.stack.queues.send('work', workBody('run', FIRST), attributes);
  fail(503);
  for (let attempt = 1; attempt <= 4; attempt++)
    await bench.stack.queues.giveBack('work', (await worker().deliver()).records);
  expect((await worker().deliver()).failedIds).toEqual([]);
  const [record] = await deadLetters();
  expect(record?.body).toBe(workBody('run', FIRST));
  expect(record?.messageAttributes).toMatchObject({
    note: { stringValue: 'kept', dataType: 'String' },
    failure_name: { stringValue: 'OuraUnavailable' },
    failure_message: { stringValue: expect.stringContaining('503') },
    attempts: { stringValue: '5', dataType: 'Number' },
  });
});

test('settles a date after an outage, and clears its error', async () => {
  await bench.plan('healed', [FIRST]);
  fail(503);
  await bench.stack.queues.giveBack('work', (await worker().deliver()).records);
  oura.respondWith(undefined);
  expect((await worker().deliver()).kept).toEqual([]);
  expect(await bench.day(FIRST)).toMatchObject({ state: 'stored', last_error: null, attempts: 2 });
  expect(await bench.stack.afterPlan('healed')).toMatchObject({ plan: { run_id: 'healed' } });
});

test('an outage of the activity requeues only the dates without a night', async () => {
  await bench.plan('activity', [FIRST, '2026-04-08']);
  fail(503, 'daily_activity');
  expect((await worker().deliver()).kept).toEqual(['2026-04-08']);
  expect(await bench.run('activity')).toMatchObject({ stored: [FIRST], pending: ['2026-04-08'] });
});

test('a window that fails does not affect the others', async () => {
  await bench.plan('windows', [FAR, FIRST, SECOND]);
  oura.respondWith(({ query }) => (String(query['start_date']) < '2026-02-01' ? { status: 503 } : undefined));
  expect((await worker().deliver()).kept).toEqual([FAR]);
  expect(await bench.run('windows')).toMatchObject({ stored: [FIRST, SECOND], pending: [FAR] });
});

test('rejected credentials send the dates to the dead-letter queue after one attempt, and no other window is requested', async () => {
  await bench.plan('rejected', [FAR, FIRST, SECOND]);
  fail(401);
  expect((await worker().deliver()).failedIds).toEqual([]);
  expect(oura.requests).toHaveLength(4);
  const records = await deadLetters();
  expect(records.map(({ body }) => JSON.parse(body).date).sort()).toEqual([FAR, FIRST, SECOND]);
  for (const { messageAttributes } of records)
    expect(messageAttributes['failure_name']?.stringValue).toBe('CredentialsRejected');
  expect(bench.visibilities()).toEqual([]);
});

test('reads a rejected token again at once, and no other', async () => {
  const one = worker();
  await bench.plan('first', [FIRST]);
  await one.deliver();
  await bench.plan('second', [SECOND]);
  await one.deliver();
  expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(1);
  await bench.plan('third', [SECOND]);
  fail(401);
  const before = oura.requests.length;
  await one.deliver();
  expect(bench.stack.calls.of('GetParameterCommand')).toHaveLength(2);
  // The same token is not tried again: once per collection.
  expect(oura.requests).toHaveLength(before + 4);
});

test('a changed token settles the dates whose old one was rejected', async () => {
  await bench.plan('changed', [FIRST]);
  // Its four requests; then another one is stored.
  oura.respondWith(() => (oura.requests.length <= 4 ? { status: 401, body: {} } : undefined));
  bench.stack.calls.beforeNext('GetParameterCommand', async () => {
    bench.stack.calls.answerNext('GetParameterCommand', async () => ({ Parameter: { Value: 'changed' } }));
  });
  expect((await worker().deliver()).kept).toEqual([]);
  expect(await bench.day(FIRST)).toMatchObject({ state: 'stored', attempts: 1 });
  expect(await deadLetters()).toEqual([]);
});

test('a lapsed membership sends the date to the dead-letter queue at once, with its own cause', async () => {
  await bench.plan('lapsed', [FIRST]);
  fail(403);
  expect((await worker().deliver()).failedIds).toEqual([]);
  expect(await failureOf()).toBe('AccessForbidden');
});

test('reports a missing token at once', async () => {
  await bench.plan('keyless', [FIRST]);
  expect((await worker({ OURA_API_KEY: 'ssm:/nothing/here' }).deliver()).failedIds).toEqual([]);
  expect(await failureOf()).toBe('ApiKeyMissing');
  expect(oura.requests).toEqual([]);
});

test.each([
  ['not JSON', 'not JSON'],
  ['of another version', JSON.stringify({ version: 2, run_id: 'run', date: FIRST, reason: 'missing' })],
])('a message that is %s goes to the dead-letter queue at once, unchanged', async (_what, body) => {
  await bench.stack.queues.send('work', body, { note: { DataType: 'String', StringValue: 'kept' } });
  expect((await worker().deliver()).failedIds).toEqual([]);
  const [record] = await deadLetters();
  expect(record?.body).toBe(body);
  expect(record?.messageAttributes).toMatchObject({
    note: { stringValue: 'kept' },
    failure_name: { stringValue: 'MalformedMessage' },
    attempts: { stringValue: '1' },
  });
  expect(oura.requests).toEqual([]);
});

test('the batch item failures are exactly the messages to retry', async () => {
  await bench.plan('mixed', [FAR, FIRST, SECOND, '2026-04-06']);
  await bench.stack.queues.send('work', 'malformed');
  await bench.stack.queues.send('work', workBody('gone', '2026-03-11'));
  oura.respondWith(({ query }) => (String(query['start_date']) < '2026-02-01' ? { status: 503 } : undefined));
  const { records, failedIds } = await worker().deliver();
  expect(records).toHaveLength(6);
  const away = records.filter(({ body }) => body.includes(FAR)).map(({ messageId }) => messageId);
  expect(failedIds).toEqual(away);
  expect(await deadLetters()).toHaveLength(2);
});

test('keeps a message if the dead-letter queue rejects its copy', async () => {
  await bench.plan('uncopied', [FIRST]);
  fail(403);
  bench.stack.calls.failNext('SendMessageCommand', new Error('no queue'));
  expect((await worker().deliver()).kept).toEqual([FIRST]);
});

test('keeps every message of the batch if the ledger cannot be written', async () => {
  await bench.plan('ledgerless', [FIRST, SECOND]);
  bench.stack.calls.failNext('BatchGetItemCommand', new Error('no table'));
  expect((await worker().deliver()).kept.sort()).toEqual([FIRST, SECOND]);
  expect(await bench.run('ledgerless')).toMatchObject({ pending: [FIRST, SECOND] });
});

test('a night that cannot be written fails only its own date', async () => {
  await bench.plan('unwritten', [FIRST, SECOND]);
  bench.stack.calls.failNext('PutItemCommand', new Error('no room'));
  const { kept } = await worker().deliver();
  expect(kept).toHaveLength(1);
  expect((await bench.run('unwritten')).pending).toEqual(kept);
});
