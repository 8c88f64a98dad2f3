import { createRateLimit } from '../../shared/aws/store/rate-limit.ts';
import { EDGE_RECORDS } from '../fixtures/oura/edge-nights.ts';
import { workBody } from '../helpers/queues.ts';
import { benchWithOura } from './worker-bench.ts';

const [FIRST, SECOND] = ['2026-03-10', '2026-03-29'] as const;
const FAR = '2022-01-01';

const { bench, oura } = benchWithOura(EDGE_RECORDS);

const limit = (headers: Record<string, string>, collection?: string) =>
  oura.respondWith((request) =>
    collection === undefined || request.collection === collection
      ? { status: 429, headers, body: {} }
      : undefined,
  );
/** A worker whose own delays are seconds, so that the wait Oura asks for can be distinguished from them. */
const worker = () => bench.worker(oura, { env: { RETRY_BASE_SECONDS: '1' } });
const secondsLeft = async () => {
  const { notBefore } = await createRateLimit(bench.stack.raw.dynamodb, 'OuraSyncTable').get();
  return (notBefore - bench.stack.clock.now()) / 1000;
};

test('after a 429, requests no other window, and every message waits as long as Oura requires', async () => {
  await bench.plan('limited-1', [FAR, FIRST, SECOND]);
  limit({ 'Retry-After': '120' });
  expect((await worker().deliver()).kept.sort()).toEqual([FAR, FIRST, SECOND]);
  expect(oura.requests).toHaveLength(4);
  expect(bench.visibilities()).toEqual([120, 120, 120]);
});

test('shares the wait: another worker makes no call before it is over, and its messages wait for the rest', async () => {
  await bench.plan('limited-2', [FIRST]);
  limit({ 'Retry-After': '120' });
  await worker().deliver();
  expect(await secondsLeft()).toBe(120);

  oura.respondWith(undefined);
  const asked = oura.requests.length;
  await bench.plan('second', [SECOND]);
  bench.stack.clock.advance(30);
  expect((await worker().deliver()).kept).toEqual([SECOND]);
  expect(oura.requests).toHaveLength(asked);
  expect(bench.visibilities().at(-1)).toBe(90);
});

test('a 429 whose body cannot be decompressed rests all workers, after four requests', async () => {
  await bench.plan('unreadable', [FAR, FIRST, SECOND]);
  const headers = { 'Retry-After': '3600', 'Content-Encoding': 'gzip' };
  oura.respondWith(() => ({ status: 429, headers, body: 'this is not gzip' }));
  expect((await worker().deliver()).kept.sort()).toEqual([FAR, FIRST, SECOND]);
  expect(bench.visibilities()).toEqual([3600, 3600, 3600]);
  for (const date of ['2026-03-11', '2026-03-30']) {
    await bench.plan(`later-${date}`, [date]);
    expect((await worker().deliver()).kept).toEqual([date]);
  }
  expect(oura.requests).toHaveLength(4);
  expect((await bench.day(FIRST))?.last_error?.name).toBe('OuraRateLimited');
});

test('after the wait, makes calls again and settles the dates', async () => {
  await bench.plan('limited-3', [FIRST]);
  limit({ 'Retry-After': '120' });
  const { records } = await worker().deliver();
  oura.respondWith(undefined);
  bench.stack.clock.advance(120);
  await bench.stack.queues.giveBack('work', records);
  expect((await worker().deliver()).kept).toEqual([]);
  expect(await bench.stack.afterPlan('limited-3')).toMatchObject({ plan: { run_id: 'limited-3' } });
});

test('waits the delay of the attempt if it is longer, so that an outage does not use up the receives', async () => {
  await bench.plan('limited-4', [FIRST]);
  limit({ 'Retry-After': '10' });
  await bench.worker(oura).deliver();
  expect(bench.visibilities()[0]).toBeGreaterThanOrEqual(480);
  expect(await secondsLeft()).toBe(10);
});

test('waits a minute after a 429 without a wait', async () => {
  await bench.plan('silent', [FIRST]);
  limit({});
  await worker().deliver();
  expect(bench.visibilities()).toEqual([60]);
  expect(await secondsLeft()).toBe(60);
});

test('waits at most an hour', async () => {
  await bench.plan('long', [FIRST]);
  limit({ 'Retry-After': '86400' });
  await worker().deliver();
  expect(bench.visibilities()).toEqual([3600]);
  expect(await secondsLeft()).toBe(3600);
});

test('ignores a "not before" more than an hour ahead', async () => {
  await createRateLimit(bench.stack.raw.dynamodb, 'OuraSyncTable').extend(
    bench.stack.clock.now() + 3_600_001,
  );
  await bench.plan('stale', [FIRST]);
  expect((await worker().deliver()).kept).toEqual([]);
});

test('a 429 on the activity requeues the dates without a night, stops later windows, and is shared', async () => {
  await bench.plan('activity', [FAR, FIRST]);
  limit({ 'Retry-After': '120' }, 'daily_activity');
  expect((await worker().deliver()).kept.sort()).toEqual([FAR, FIRST]);
  expect(oura.requests).toHaveLength(5);
  expect(await secondsLeft()).toBe(120);
});

test('settles messages that need no call during the wait', async () => {
  await bench.plan('settled', [FIRST]);
  await worker().deliver();
  await createRateLimit(bench.stack.raw.dynamodb, 'OuraSyncTable').extend(bench.stack.clock.now() + 60_000);
  await bench.stack.queues.send('work', workBody('settled', FIRST));
  await bench.stack.queues.send('work', 'malformed');
  expect((await worker().deliver()).failedIds).toEqual([]);
});
