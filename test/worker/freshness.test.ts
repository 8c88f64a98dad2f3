import { announcedAttributes } from '../../shared/aws/queue/message-attributes.ts';
import { arrivalOf } from '../../shared/core/freshness.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';
import { EDGE_RECORDS } from '../fixtures/oura/edge-nights.ts';
import { expectEmf, isEmf } from '../helpers/emf.ts';
import { workBody } from '../helpers/queues.ts';
import { AT_ONCE, benchWithOura } from './worker-bench.ts';

/** Its sleep ended at 06:40+13:00. */
const DATE = '2026-04-04';
const ANNOUNCED = '2026-04-03T18:41:22+00:00';

const { bench, oura } = benchWithOura(EDGE_RECORDS);
beforeEach(() => bench.stack.clock.set('2026-04-04T07:42:00+13:00'));

let runs = 0;
const sync = async (
  announced?: string,
  { date = DATE, reason = 'missing' }: { date?: string; reason?: WorkMessage['reason'] } = {},
) => {
  const run_id = `fresh-${++runs}`;
  await bench.plan(run_id, []);
  const attributes = announced === undefined ? undefined : announcedAttributes(announced);
  await bench.stack.queues.send('work', workBody(run_id, date, reason), attributes);
  await bench.worker(oura, { env: AT_ONCE }).deliver();
};
const metrics = () => {
  const lines = bench.stack.log().lines().filter(isEmf);
  for (const line of lines) expectEmf(line);
  return Object.assign({}, ...lines) as Record<string, unknown>;
};

test('an announced night keeps the time of the event, and its delay counts from there', async () => {
  await sync(ANNOUNCED, { reason: 'webhook' });
  const night = await bench.night(DATE);
  expect(night).toMatchObject({
    announced_at: '2026-04-03T18:41:22.000Z',
    arrived_at: '2026-04-03T18:42:00.000Z',
  });
  expect(night && arrivalOf(night)?.text).toBe('arrived 07:42, 38 s after Oura announced it');
  expect(night && arrivalOf(night, (time) => `at ${time}`)?.text).toContain('arrived at 07:42, ');
  expect(metrics()).toMatchObject({ NightsAnnounced: 1, NightDelay: 38 });
  expect(metrics()).not.toHaveProperty('NightsUnannounced');
});

test('without an event, the delay counts from the end of the sleep', async () => {
  await sync();
  expect(await bench.night(DATE)).toMatchObject({
    announced_at: null,
    arrived_at: '2026-04-03T18:42:00.000Z',
  });
  expect(metrics()).toMatchObject({ NightsUnannounced: 1, NightDelay: 62 * 60 });
  expect(metrics()).not.toHaveProperty('NightsAnnounced');
});

test('only the first store counts: a later event and a revision change nothing', async () => {
  await sync();
  await bench.stack.queues.purge();
  const before = await bench.night(DATE);
  bench.stack.clock.advance(3600);
  const [record] = oura.records.daily_sleep?.filter(({ day }) => day === DATE) ?? [];
  Object.assign(record ?? {}, { score: 84 });
  await sync('2026-04-03T19:41:30Z', { reason: 'webhook' });
  expect(await bench.night(DATE)).toMatchObject({
    ...{ revision: 2, sleep_score: 84 },
    ...{ announced_at: null, arrived_at: before?.arrived_at },
  });
  expect(metrics()).not.toHaveProperty('NightsAnnounced');
});

test.each<[string, Parameters<typeof sync>[1]]>([
  ['a night of a backfill', { reason: 'backfill' }],
  ['a night that is older than the look-back', { date: '2026-03-13' }],
])('%s has no freshness', async (_which, which) => {
  await sync(undefined, which);
  const night = await bench.night(which?.date ?? DATE);
  expect(night).toMatchObject({ revision: 1 });
  expect(night).not.toHaveProperty('arrived_at');
  expect(night).not.toHaveProperty('announced_at');
  expect(metrics()).not.toHaveProperty('NightDelay');
});

test('of several messages of one batch, the earliest event counts', async () => {
  const run_id = `fresh-${++runs}`;
  await bench.plan(run_id, [DATE]);
  for (const at of ['2026-04-03T18:41:40Z', ANNOUNCED])
    await bench.stack.queues.send('work', workBody(run_id, DATE, 'webhook'), announcedAttributes(at));
  await bench.worker(oura, { env: AT_ONCE }).deliver();
  expect(await bench.night(DATE)).toMatchObject({ announced_at: '2026-04-03T18:41:22.000Z' });
});
