import { NIGHT_COLLECTIONS } from '../../../shared/core/collections.ts';
import { addDays, daysBetween, daysFrom } from '../../../shared/core/day.ts';
import { createOuraClient, type OuraClient } from '../../../shared/oura/api/client.ts';
import { fetchActivity, fetchDays } from '../../../shared/oura/api/fetch-days.ts';
import { type FetchWindow, fetchWindows } from '../../../shared/oura/api/fetch-windows.ts';
import { RateBudgetSpent } from '../../../shared/oura/errors.ts';
import { type Answer, startHttpServer, type TestServer } from '../../helpers/http-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

const [WINDOW] = fetchWindows(['2026-03-10', '2026-03-11']);
if (!WINDOW) throw new Error('no window');

const client = () =>
  createOuraClient({
    baseUrl: server.url,
    accessToken: async () => 'token',
    timeLeft: () => 60_000,
    retries: 0,
  });
const fetched = () => fetchDays(client(), WINDOW);

const page = (...data: unknown[]): Answer => ({ body: { data, next_token: null } });
/** Answers by collection; the ones not named have nothing. */
const answer = (answers: Record<string, Answer>) =>
  server.answersBy(({ path }) => answers[path.split('/').at(-1) ?? ''] ?? page());

test('requests each of the four collections once, for the padded range', async () => {
  answer({});
  await fetched();
  expect(server.requests.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(
    [...NIGHT_COLLECTIONS].sort(),
  );
  for (const { query } of server.requests) {
    expect(query).toMatchObject({ start_date: '2026-03-08', end_date: '2026-03-13' });
  }
});

test('has an entry for every requested date, even if Oura has no records', async () => {
  answer({ daily_sleep: page({ id: 'a', day: '2026-03-11' }) });
  const { days } = await fetched();
  const none = { sleep: [], daily_sleep: [], daily_readiness: [], daily_spo2: [] };
  expect([...days]).toEqual([
    ['2026-03-10', none],
    ['2026-03-11', { ...none, daily_sleep: [{ id: 'a', day: '2026-03-11' }] }],
  ]);
});

test('uses the day of a record, not its timestamps', async () => {
  const nap = { id: 'nap', day: '2026-03-11', bedtime_start: '2026-03-10T18:43:00+02:00' };
  answer({ sleep: page(nap, { id: 'next', day: '2026-03-12', bedtime_start: '2026-03-11T23:00:00+02:00' }) });
  const { days } = await fetched();
  expect(days.get('2026-03-10')?.sleep).toEqual([]);
  expect(days.get('2026-03-11')?.sleep).toEqual([nap]);
});

test('drops series that Oura sends without a request', async () => {
  const series = {
    heart_rate: { items: [58] },
    hrv: { items: [41] },
    sleep_phase_5_min: '4',
  };
  answer({ sleep: page({ id: 'a', day: '2026-03-10', movement_30_sec: '1', ...series }) });
  expect((await fetched()).days.get('2026-03-10')?.sleep).toEqual([
    { id: 'a', day: '2026-03-10', ...series },
  ]);
});

test('counts a repeated record once, in its last version', async () => {
  const records = [
    { id: 'a', day: '2026-03-10', latency: 1 },
    { id: 'b', day: '2026-03-10', latency: 1 },
    { id: 'a', day: '2026-03-11', latency: 2 },
  ];
  answer({ sleep: page(...records) });
  const { days } = await fetched();
  expect(days.get('2026-03-10')?.sleep).toEqual([records[1]]);
  expect(days.get('2026-03-11')?.sleep).toEqual([records[2]]);
});

test('keeps records without an id, so that validation reports them', async () => {
  answer({ sleep: page({ day: '2026-03-10' }, { day: '2026-03-10' }) });
  expect((await fetched()).days.get('2026-03-10')?.sleep).toHaveLength(2);
});

test('reports each record without a day, without its content', async () => {
  answer({ sleep: page({ id: 'a', day: '10 March' }, { id: 'b' }), daily_sleep: page(null, 91) });
  const { unattributable } = await fetched();
  expect(unattributable.map(({ error }) => error.message)).toEqual([
    'Invalid sleep record: day must be a date YYYY-MM-DD',
    'Invalid sleep record: day must be a date YYYY-MM-DD',
    'Invalid daily_sleep record: the record must be an object',
    'Invalid daily_sleep record: the record must be an object',
  ]);
  expect(unattributable.every(({ error }) => error.date === null)).toBe(true);
});

test.each([
  ['daily_spo2', 401, ['daily_spo2']],
  ['daily_sleep', 403, ['daily_sleep']],
  ['daily_readiness', 404, []],
  ['daily_spo2', 410, []],
  ['daily_sleep', 500, []],
])('goes on without %s if it responds with %i', async (collection, status, denials) => {
  answer({ [collection]: { status }, sleep: page({ id: 'a', day: '2026-03-10' }) });
  const { denied, failures, days } = await fetched();
  expect(denied).toEqual(denials);
  expect([...failures]).toEqual([[collection, expect.objectContaining({ collection, status })]]);
  expect(days.get('2026-03-10')).toMatchObject({ sleep: [{ id: 'a' }], [collection]: [] });
});

test('goes on without the other collections if the token only opens sleep', async () => {
  server.answersBy(({ path }) => (path.endsWith('/sleep') ? page() : { status: 401 }));
  expect((await fetched()).denied).toEqual(['daily_sleep', 'daily_readiness', 'daily_spo2']);
});

test('requests only the collection that rejects a long window in shorter ones', async () => {
  const dates = daysFrom('2025-01-01', '2025-05-01');
  const [long] = fetchWindows(dates);
  server.answersBy(({ path, query }) => {
    const isLong = daysBetween(String(query['start_date']), String(query['end_date'])) >= 90;
    const id = String(query['start_date']);
    if (!path.endsWith('/daily_spo2')) return page();
    return isLong ? { status: 504 } : page({ id, day: addDays(id, 2) });
  });
  const { days, failures } = await fetchDays(client(), long as FetchWindow);
  expect(failures.size).toBe(0);
  expect(dates.filter((date) => days.get(date)?.daily_spo2.length)).toHaveLength(2);
  expect(server.requests.filter(({ path }) => !path.endsWith('/daily_spo2'))).toHaveLength(3);
});

test('knows the day of each period of the response, and the first day of each collection', async () => {
  answer({
    sleep: page({ id: 'a', day: '2026-03-10' }, { id: 'b', day: '2026-03-12' }),
    daily_sleep: page({ id: 'c', day: '2026-03-13' }, { id: 'd', day: '2026-03-09' }),
  });
  const { dayOfPeriod, firstRecords } = await fetched();
  expect(Object.fromEntries(dayOfPeriod)).toEqual({ a: '2026-03-10', b: '2026-03-12' });
  expect(Object.fromEntries(firstRecords)).toEqual({ sleep: '2026-03-10', daily_sleep: '2026-03-09' });
});

test('names the requested dates that may miss a record without a day', async () => {
  const withoutDay = (bedtime_start: unknown) => ({ id: String(bedtime_start), bedtime_start });
  answer({
    sleep: page(
      withoutDay('2026-03-08T22:40:00+13:00'),
      withoutDay('2026-03-13T01:00:00-10:00'),
      withoutDay('2026-03-20T22:40:00Z'),
      withoutDay('yesterday'),
    ),
  });
  expect((await fetched()).unattributable.map(({ dates }) => dates)).toEqual([
    ['2026-03-10'],
    ['2026-03-11'],
    [],
    [],
  ]);
});

test.each([401, 403])(
  'takes %i on sleep while others answer for a scope that was not granted',
  async (status) => {
    answer({ sleep: { status }, daily_sleep: { status } });
    expect((await fetched()).denied).toEqual(['sleep', 'daily_sleep']);
  },
);

test.each([
  [500, 'OuraUnavailable'],
  [422, 'OuraRejected'],
])('fails if sleep responds with %i', async (status, name) => {
  answer({ sleep: { status } });
  await expect(fetched()).rejects.toMatchObject({ name, collection: 'sleep' });
});

test('fails with rejected credentials if every collection responds with 401', async () => {
  server.answers({ status: 401 });
  await expect(fetched()).rejects.toMatchObject({ name: 'CredentialsRejected' });
});

test('prefers a failure that needs the user, then one that names a wait', async () => {
  const limited = { status: 429, headers: { 'retry-after': '60' } };
  answer({ sleep: { status: 500 }, daily_sleep: limited });
  await expect(fetched()).rejects.toMatchObject({ name: 'OuraRateLimited', waitMs: 60_000 });
  answer({ sleep: { status: 500 }, daily_sleep: limited, daily_readiness: { status: 403 } });
  await expect(fetched()).rejects.toMatchObject({ name: 'AccessForbidden' });
});

test('prefers a rejected token to a missing permission, since another token is tried', async () => {
  const rejected = { status: 401 };
  answer({
    sleep: { status: 403 },
    daily_sleep: rejected,
    daily_readiness: rejected,
    daily_spo2: rejected,
  });
  await expect(fetched()).rejects.toMatchObject({ name: 'CredentialsRejected' });
});

test("prefers Oura's limit to our own budget, since all workers must learn it", async () => {
  const spent = new RateBudgetSpent({ requestsPerMinute: 60, waitMs: 1 });
  const { pages, ...others } = client();
  const limited: OuraClient = {
    ...others,
    async *pages(collection, range) {
      if (collection === 'sleep') throw spent;
      yield* pages(collection, range);
    },
  };
  answer({ daily_sleep: { status: 429, headers: { 'retry-after': '900' } } });
  await expect(fetchDays(limited, WINDOW)).rejects.toMatchObject({
    name: 'OuraRateLimited',
    waitMs: 900_000,
  });
});

test('uses the last of several activity documents of a day', async () => {
  answer({
    daily_activity: page(
      { id: 'b', day: '2026-03-10', non_wear_time: 2, timestamp: '2026-03-10T04:00:00+02:00' },
      { id: 'a', day: '2026-03-10', non_wear_time: 1, timestamp: '2026-03-10T04:00:00+02:00' },
    ),
  });
  const { days } = await fetchActivity(client(), ['2026-03-10', '2026-03-11']);
  expect([...days.keys()]).toEqual(['2026-03-10']);
  expect(days.get('2026-03-10')).toMatchObject({ id: 'b' });
});

test('accepts a denied daily_activity, but not an unavailable one', async () => {
  server.answers({ status: 403 });
  expect((await fetchActivity(client(), ['2026-03-10'])).denied).toEqual(['daily_activity']);
  server.answers({ status: 503 });
  await expect(fetchActivity(client(), ['2026-03-10'])).rejects.toMatchObject({ name: 'OuraUnavailable' });
});
