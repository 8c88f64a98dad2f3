import { addDays, daysFrom } from '../../shared/core/day.ts';
import { type AnyRecord, all, get, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const ids = (records: readonly AnyRecord[]) => records.map(({ id }) => id);
const days = (records: readonly AnyRecord[]) => [...new Set(records.map(({ day }) => day))];
const LONG = { start_date: '2026-08-01', end_date: '2026-11-25' };

describe('date range', () => {
  test('sleep from D to D is always empty', async () => {
    const ring = await simulator();
    for (const day of daysFrom('2026-11-01', '2026-11-23'))
      expect((await all(ring, 'sleep', { start_date: day, end_date: day })).records).toEqual([]);
  });

  test('sleep filters by bedtime_start in UTC, without the end, and not by day', async () => {
    const ring = await simulator({ timeZone: 'Pacific/Tongatapu' });
    const { records } = await all(ring, 'sleep', { start_date: '2026-06-10', end_date: '2026-06-12' });
    const starts = records.map(({ bedtime_start }) => new Date(bedtime_start).toISOString().slice(0, 10));
    expect(new Set(starts)).toEqual(new Set(['2026-06-10', '2026-06-11']));
    // 22:50 at UTC+13 is the morning of the same date in UTC; the night belongs to the next day.
    expect(records.find(({ type }) => type === 'long_sleep')?.day).toBe('2026-06-11');
    const everything = await all(ring, 'sleep', { start_date: '2026-06-01', end_date: '2026-06-20' });
    expect(ids(records)).toEqual(
      ids(
        everything.records.filter(({ bedtime_start: start }) => {
          const at = Date.parse(start);
          return at >= Date.parse('2026-06-10T00:00:00Z') && at < Date.parse('2026-06-12T00:00:00Z');
        }),
      ),
    );
  });

  test('sleep from D to D+1 misses a night that began before midnight UTC', async () => {
    const ring = await simulator({ timeZone: 'Europe/Helsinki' });
    const query = { start_date: '2026-06-10', end_date: '2026-06-11', fields: 'day,type' };
    const { records } = await all(ring, 'sleep', query);
    expect(records.filter(({ day, type }) => day === '2026-06-10' && type === 'long_sleep')).toEqual([]);
  });

  test('daily_activity excludes its end', async () => {
    const ring = await simulator();
    const { records } = await all(ring, 'daily_activity', {
      start_date: '2026-11-01',
      end_date: '2026-11-04',
    });
    expect(days(records)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
  });

  test.each(['daily_sleep', 'daily_readiness', 'daily_spo2', 'sleep_time'])(
    '%s includes its end',
    async (name) => {
      const ring = await simulator();
      const { records } = await all(ring, name, { start_date: '2026-11-01', end_date: '2026-11-03' });
      expect(days(records)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    },
  );

  test('a date-time is an instant', async () => {
    const ring = await simulator();
    const query = { start_date: '2026-11-01T00:00:00', end_date: '2026-11-03T23:59:59Z' };
    expect(days((await all(ring, 'daily_activity', query)).records)).toContain('2026-11-03');
  });

  test('the default range is yesterday and today', async () => {
    const ring = await simulator();
    expect(days((await all(ring, 'daily_sleep', {})).records)).toEqual(['2026-11-22', '2026-11-23']);
  });

  test('a range in the future is empty, not an error', async () => {
    const ring = await simulator();
    const { json } = await get(ring, 'daily_sleep', { start_date: '2027-01-01', end_date: '2027-02-01' });
    expect(json).toEqual({ data: [], next_token: null });
  });
});

describe('paging', () => {
  test.each([
    ['with the original parameters', false],
    ['alone', true],
  ])('serves every record exactly once if the token is sent %s', async (_, tokenAlone) => {
    const whole = await all(await simulator(), 'sleep', LONG);
    const paged = await all(await simulator({ pageSize: 7 }), 'sleep', LONG, tokenAlone);
    expect(whole.pages).toBe(1);
    expect(paged.pages).toBe(Math.ceil(whole.records.length / 7));
    expect(paged.records).toEqual(whole.records);
  });

  test('a full last page has no next_token', async () => {
    const ring = await simulator({ pageSize: 5 });
    const query = { start_date: '2026-11-01', end_date: '2026-11-10' };
    expect(await all(ring, 'daily_sleep', query)).toMatchObject({ pages: 2, records: { length: 10 } });
  });

  test('the fields of the first page apply to the others', async () => {
    const ring = await simulator({ pageSize: 5 });
    const { records } = await all(ring, 'daily_sleep', { ...LONG, fields: 'score' }, true);
    for (const record of records) expect(Object.keys(record).sort()).toEqual(['id', 'score']);
  });

  test('responds with 400 to a damaged token and to a token of another collection', async () => {
    const ring = await simulator({ pageSize: 5 });
    const { json } = await get(ring, 'daily_sleep', LONG);
    expect((await get(ring, 'daily_sleep', { next_token: `${json.next_token}x` })).status).toBe(400);
    expect((await get(ring, 'daily_sleep', { next_token: 'junk' })).status).toBe(400);
    expect((await get(ring, 'daily_spo2', { next_token: json.next_token })).status).toBe(400);
  });
});

describe('fields', () => {
  test('keeps the named fields and id', async () => {
    const ring = await simulator();
    const { json } = await get(ring, 'sleep', { ...LONG, fields: 'day,efficiency' });
    for (const record of json.data) expect(Object.keys(record).sort()).toEqual(['day', 'efficiency', 'id']);
  });

  test('ignores an unknown name, and returns the whole record if it knows none', async () => {
    const ring = await simulator();
    const { json } = await get(ring, 'daily_sleep', { ...LONG, fields: 'day,sleep_scroe' });
    for (const record of json.data) expect(Object.keys(record).sort()).toEqual(['day', 'id']);
    const unknown = await get(ring, 'daily_sleep', { ...LONG, fields: 'sleep_scroe' });
    expect(unknown.json).toEqual((await get(ring, 'daily_sleep', LONG)).json);
  });
});

describe('single documents', () => {
  test('finds each record by its id', async () => {
    const ring = await simulator();
    const { records } = await all(ring, 'sleep', { start_date: '2026-11-10', end_date: '2026-11-20' });
    for (const record of records) expect((await get(ring, `sleep/${record.id}`)).json).toEqual(record);
  });

  test('responds with 404 to an unknown id and to an id of another collection', async () => {
    const ring = await simulator();
    const { json } = await get(ring, 'daily_sleep', LONG);
    const paths = ['sleep/some-id', `sleep/${json.data[0].id}`, 'sleep/00000000-0000-4000-8000-000000000000'];
    expect(await Promise.all(paths.map(async (path) => (await get(ring, path)).status))).toEqual([
      404, 404, 404,
    ]);
  });

  test('ids are unique', async () => {
    const ring = await simulator();
    const { records } = await all(ring, 'sleep', {
      ...LONG,
      start_date: addDays(LONG.start_date, -700),
      fields: 'day',
    });
    expect(new Set(ids(records)).size).toBe(records.length);
  });
});
