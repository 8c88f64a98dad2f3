import type { FixtureRecord } from '../helpers/fixture-oura.ts';
import { benchWithOura } from './worker-bench.ts';

const [DAY, NEXT, LATER] = ['2026-04-04', '2026-04-05', '2026-04-06'] as const;

/** A period of `day` that begins at `start` (UTC) and lasts `hours`, without wake time. */
const period = (id: string, day: string, start: string, hours: number): FixtureRecord => ({
  id,
  day,
  type: 'long_sleep',
  bedtime_start: `${start}:00+00:00`,
  bedtime_end: new Date(Date.parse(`${start}:00Z`) + hours * 3_600_000)
    .toISOString()
    .replace('.000Z', '+00:00'),
  total_sleep_duration: hours * 3600,
});
const NIGHT = period('night', DAY, '2026-04-03T22:00', 7);
const NAP = { ...period('nap', DAY, '2026-04-04T15:00', 1), type: 'sleep' };
const NEXT_NIGHT = period('next', NEXT, '2026-04-04T22:00', 6);

const { bench, oura } = benchWithOura({ sleep: [NIGHT, NAP, NEXT_NIGHT] });

let runs = 0;
let today = 9;
beforeEach(() => {
  today = 9;
});
/** Syncs `dates` in a run of its own, each time on the next day. */
const sync = async (...dates: string[]) => {
  bench.stack.clock.set(`2026-04-${++today}T12:00:00+03:00`);
  const run_id = `move-${++runs}`;
  await bench.plan(run_id, dates);
  await bench.worker(oura).deliver();
  return bench.run(run_id);
};
const serve = (...sleep: FixtureRecord[]) => {
  oura.records['sleep'] = sleep;
};
const idsOf = async (date: string) => (await bench.night(date))?.periods.map(({ id }) => id);
const withdrawals = async (date: string) =>
  (await bench.night(date))?.remarks.filter(({ kind }) => kind === 'withdrawn_period');

test('a period that Oura withdrew leaves the night as a revision, with a remark that stays', async () => {
  await sync(DAY);
  serve(NIGHT);
  expect(await sync(DAY)).toMatchObject({ stored: [DAY] });
  const remark = { kind: 'withdrawn_period', period_id: 'nap', detail: 'Oura no longer has the period' };
  expect(await bench.night(DAY)).toMatchObject({ revision: 2, total_sleep_duration: 7 * 3600 });
  expect(await withdrawals(DAY)).toEqual([remark]);
  expect(await sync(DAY)).toMatchObject({ unchanged: [DAY] });
  expect(await withdrawals(DAY)).toEqual([remark]);
  serve();
  await sync(DAY);
  expect(await withdrawals(DAY)).toEqual([remark]);
  serve(NIGHT, NAP);
  await sync(DAY);
  expect(await withdrawals(DAY)).toEqual([]);
});

test('a period is not withdrawn if the response breaks off', async () => {
  await sync(DAY);
  const before = await bench.night(DAY);
  serve(NIGHT);
  oura.respondWith(({ collection, query }) => {
    if (collection !== 'sleep') return undefined;
    return query['next_token'] === undefined
      ? { status: 200, body: { data: [NIGHT], next_token: 'more' } }
      : { status: 404, body: {} };
  });
  await sync(DAY);
  expect(await bench.night(DAY)).toEqual(before);
});

test.each([
  ['all of them', [{ ...NIGHT, day: null }, NEXT_NIGHT]],
  ['one of two', [{ ...NIGHT, day: null }, NAP, NEXT_NIGHT]],
])('a stored night whose periods come without a day, %s, stays as it was', async (_which, sleep) => {
  await sync(DAY, NEXT);
  const before = await bench.night(DAY);
  serve(...sleep);
  expect(await sync(DAY, NEXT)).toMatchObject({ unchanged: [NEXT], pending: [DAY] });
  expect(await bench.night(DAY)).toEqual(before);
  expect(await bench.day(DAY)).toMatchObject({ state: 'stored', last_error: { name: 'InvalidRecord' } });
});

test('a period that moved to another date of the batch is in that night only', async () => {
  await sync(DAY, NEXT);
  serve(NIGHT, { ...NAP, day: NEXT }, NEXT_NIGHT);
  expect(await sync(DAY, NEXT)).toMatchObject({ stored: [DAY, NEXT] });
  expect([await idsOf(DAY), await idsOf(NEXT)]).toEqual([['night'], ['nap', 'next']]);
  expect(await withdrawals(DAY)).toMatchObject([{ detail: `Oura now has the period under ${NEXT}` }]);
});

test.each([
  ['leaves', DAY],
  ['comes to', NEXT],
])('a period that %s the only date of the batch takes the other night along', async (_how, asked) => {
  await sync(DAY, NEXT);
  serve(NIGHT, { ...NAP, day: NEXT }, NEXT_NIGHT);
  expect(await sync(asked)).toMatchObject({ stored: [asked], pending: [] });
  expect([await idsOf(DAY), await idsOf(NEXT)]).toEqual([['night'], ['nap', 'next']]);
});

test('a period that moved to a date without a night is stored there', async () => {
  serve(NIGHT, NAP);
  await sync(DAY);
  serve(NIGHT, { ...NAP, day: NEXT });
  await sync(DAY);
  expect([await idsOf(DAY), await idsOf(NEXT)]).toEqual([['night'], ['nap']]);
});

test('a day whose only period moved keeps its night without it, marked as vanished', async () => {
  serve(NIGHT);
  await sync(DAY);
  serve({ ...NIGHT, day: NEXT });
  expect(await sync(DAY, NEXT)).toMatchObject({ stored: [DAY, NEXT] });
  expect(await bench.night(DAY)).toMatchObject({
    periods: [],
    total_sleep_duration: null,
    vanished_since: expect.any(String),
    history: [{ changed: { total_sleep_duration: 7 * 3600 } }],
  });
  expect(await idsOf(NEXT)).toEqual(['night']);
});

test('a day without any record keeps the periods that did not move', async () => {
  await sync(DAY, NEXT);
  serve({ ...NAP, day: NEXT }, NEXT_NIGHT);
  await sync(DAY, NEXT);
  expect(await bench.night(DAY)).toMatchObject({
    periods: [{ id: 'night' }],
    total_sleep_duration: 7 * 3600,
    vanished_since: expect.any(String),
  });
  expect(await idsOf(NEXT)).toEqual(['nap', 'next']);
});

test('without the scope of sleep, no night vanishes', async () => {
  await sync(DAY);
  const before = await bench.night(DAY);
  oura.respondWith(({ collection }) => (collection === 'sleep' ? { status: 401, body: {} } : undefined));
  await sync(DAY);
  expect(await bench.night(DAY)).toEqual(before);
});

test('a night does not lose a period to a night that fails', async () => {
  await sync(DAY, NEXT);
  serve(NIGHT, { ...NAP, day: NEXT }, { ...NEXT_NIGHT, total_sleep_duration: -1 });
  expect(await sync(DAY)).toMatchObject({ stored: [], pending: [DAY] });
  expect([await idsOf(DAY), await idsOf(NEXT)]).toEqual([['night', 'nap'], ['next']]);
});

test('a night does not lose a period to a night that cannot be written', async () => {
  await sync(DAY, NEXT);
  serve(NIGHT, { ...NAP, day: NEXT }, NEXT_NIGHT);
  bench.stack.calls.failNext('PutItemCommand', new Error('no room'));
  expect(await sync(DAY, NEXT)).toMatchObject({ stored: [], pending: [DAY, NEXT] });
  expect([await idsOf(DAY), await idsOf(NEXT)]).toEqual([['night', 'nap'], ['next']]);
});

test('periods that change places are in one night each', async () => {
  serve(NIGHT, NEXT_NIGHT, period('later', LATER, '2026-04-05T22:00', 8));
  await sync(DAY, NEXT, LATER);
  serve({ ...NIGHT, day: NEXT }, { ...NEXT_NIGHT, day: DAY }, period('later', LATER, '2026-04-05T22:00', 8));
  await sync(NEXT);
  expect([await idsOf(DAY), await idsOf(NEXT), await idsOf(LATER)]).toEqual([['next'], ['night'], ['later']]);
});
