import { all, get, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const DAY = '2026-11-20';
const QUERY = { start_date: '2026-11-18', end_date: '2026-11-22' };
const on = async (ring: { url: string }, collection: string) =>
  (await all(ring, collection, QUERY)).records.filter(({ day }) => day === DAY);

test('an edit removes a night until it is restored', async () => {
  const ring = await simulator();
  const before = await on(ring, 'sleep');
  ring.edit(DAY, (records) => ({ ...records, sleep: [], daily_activity: [] }));
  expect([await on(ring, 'sleep'), await on(ring, 'daily_activity')]).toEqual([[], []]);
  expect(await on(ring, 'daily_sleep')).toHaveLength(1);
  ring.restore(DAY);
  expect(await on(ring, 'sleep')).toEqual(before);
});

test('an edit changes one field and keeps the others', async () => {
  const ring = await simulator();
  const [before] = await on(ring, 'sleep');
  ring.edit(DAY, (records) => ({
    ...records,
    sleep: records.sleep.map((record) => ({ ...record, light_sleep_duration: -600 })),
  }));
  const [after] = await on(ring, 'sleep');
  expect(after).toEqual({ ...before, light_sleep_duration: -600 });
});

test('serves a record with a broken bedtime', async () => {
  const ring = await simulator();
  const broken = { id: 'broken', day: DAY, bedtime_start: 'soon' };
  ring.edit(DAY, (records) => ({ ...records, sleep: [broken] }));
  expect(await on(ring, 'sleep')).toEqual([broken]);
});

test('an edit adds a record, which is found by its id', async () => {
  const ring = await simulator();
  ring.edit(DAY, (records) => ({
    ...records,
    daily_spo2: [...records.daily_spo2, { id: 'added', day: DAY, breathing_disturbance_index: 9 }],
  }));
  expect(await on(ring, 'daily_spo2')).toHaveLength(2);
  expect((await get(ring, 'daily_spo2/added')).json).toMatchObject({ breathing_disturbance_index: 9 });
});
