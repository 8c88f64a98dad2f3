import { goneOn } from '../../services/ring-simulator/api/messy-calls.ts';
import { COLLECTIONS } from '../../services/ring-simulator/sleeper/collections.ts';
import { PLANTED_KINDS, type Planted } from '../../services/ring-simulator/sleeper/planted-faults.ts';
import { addDays, dayIn, daysFrom } from '../../shared/core/day.ts';
import { type AnyRecord, all, get, handClock, simulator, stopAll } from './raw-client.ts';

afterEach(stopAll);

const ZONE = 'America/Los_Angeles';
const FROM = '2025-10-01';
const TO = '2026-09-30';
/** All late changes are past. */
const AFTERWARDS = Date.parse('2026-11-23T20:00:00Z');
const QUERY = { start_date: addDays(FROM, -2), end_date: addDays(TO, 3) };
const FIELDS =
  'day,type,bedtime_start,bedtime_end,ring_id,total_sleep_duration,awake_time,efficiency,latency,restless_periods,average_heart_rate,lowest_heart_rate,average_hrv,average_breath';

/** The year as the API has it at `now`, without faults of calls. */
const yearAt = async (scenario: 'steady' | 'messy', now: number, seed = 1) => {
  const ring = await simulator({ scenario, seed, clock: handClock(now), timeZone: ZONE });
  ring.faults.clear();
  const read = async (collection: string) =>
    (await all(ring, collection, { ...QUERY, ...(collection === 'sleep' ? { fields: FIELDS } : {}) }))
      .records;
  const records = Object.fromEntries(
    await Promise.all(COLLECTIONS.map(async (collection) => [collection, await read(collection)] as const)),
  );
  return { ring, records };
};

const spanOf = ({ bedtime_start, bedtime_end }: AnyRecord) => [
  Date.parse(bedtime_start),
  Date.parse(bedtime_end),
];

/** What an additional period is, from its record alone. */
const kindOf = (record: AnyRecord, right: readonly AnyRecord[]): string => {
  const [start = 0, end = 0] = spanOf(record);
  if (record.day === undefined) return 'no_day';
  if (record.id === undefined) return 'no_id';
  if (record.type === 'nap') return 'unknown_type';
  if (record.bedtime_start === null) return 'no_bedtime_start';
  if (end < start) return 'reversed_bedtimes';
  if (record.bedtime_end.slice(0, 10) < record.day) return 'moved';
  const night = right.find((other) => {
    const [from = 0, to = 0] = spanOf(other);
    return other.day === record.day && from <= start && end <= to;
  });
  if (night === undefined) return 'unexplained';
  return record.ring_id === null ? 'repeated_inside' : 'repeated_by_ring';
};

const valuesOf = (record: AnyRecord): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      name === 'contributors'
        ? Object.entries(value).map(([inner, score]) => [`contributors.${inner}`, score])
        : [[name, value]],
    ),
  );

const wrongValue = (name: string, value: unknown): string => {
  if (name === 'awake_time') return 'too_long';
  if (typeof value === 'string' && /^\d+$/.test(value)) return 'number_as_text';
  if (value === 0) return 'zero';
  return typeof value === 'number' && value > 0 && value % 1 === 0.5 ? 'fraction' : 'unusable_value';
};

/** Finds the faults of a messy year by comparing it with the same year without faults. */
const foundIn = async (seed: number) => {
  const [messy, steady] = await Promise.all([
    yearAt('messy', AFTERWARDS, seed),
    yearAt('steady', AFTERWARDS, seed),
  ]);
  const found: { day: string; kind: string }[] = [];
  for (const collection of COLLECTIONS) {
    const right = new Map(steady.records[collection]?.map((record) => [record.id, record]));
    for (const record of messy.records[collection] ?? []) {
      const own = right.get(record.id);
      if (own === undefined) {
        const kind = kindOf(record, steady.records['sleep'] ?? []);
        const day = kind === 'no_day' ? record['bedtime_start'].slice(0, 10) : record.day;
        found.push({ day: kind === 'moved' ? addDays(day, -1) : day, kind });
        continue;
      }
      const expected = valuesOf(own);
      for (const [name, value] of Object.entries(valuesOf(record)))
        if (JSON.stringify(value) !== JSON.stringify(expected[name]))
          found.push({ day: record.day, kind: wrongValue(name, value) });
    }
  }
  const withRecords = new Set(COLLECTIONS.flatMap((name) => messy.records[name] ?? []).map(({ day }) => day));
  for (const day of daysFrom(FROM, TO)) if (!withRecords.has(day)) found.push({ day, kind: 'emptied' });
  return { ring: messy.ring, found };
};

const sorted = (faults: readonly { day: string; kind: string }[]) =>
  faults
    .filter(({ day }) => FROM <= day && day <= TO)
    .map(({ day, kind }) => `${day} ${kind}`)
    .sort();

test.each([1, 2])('the records of a year have the planted faults and no others (seed %i)', async (seed) => {
  const { ring, found } = await foundIn(seed);
  // Afterwards, a withdrawn nap is not there, and a late score is.
  const remaining = ring
    .planted(FROM, TO)
    .filter(({ kind }) => kind !== 'withdrawn' && kind !== 'late_score');
  expect(remaining.length).toBeGreaterThan(40);
  expect(sorted(found)).toEqual(sorted(remaining));
});

test('plants every kind within a year or two, and on some days several', async () => {
  const ring = await simulator({ scenario: 'messy' });
  const planted = ring.planted(addDays(FROM, -365), TO);
  expect([...new Set(planted.map(({ kind }) => kind))].sort()).toEqual([...PLANTED_KINDS].sort());
  const days = new Set(planted.map(({ day }) => day));
  expect(days.size).toBeLessThan(planted.length);
  expect(days.size / 730).toBeLessThan(0.25);
});

test('plants the same faults for the same seed, and none in other scenarios', async () => {
  const [first, again, other, steady] = await Promise.all([
    simulator({ scenario: 'messy', seed: 3 }),
    simulator({ scenario: 'messy', seed: 3 }),
    simulator({ scenario: 'messy', seed: 4 }),
    simulator({ seed: 3 }),
  ]);
  const summary = ({ planted }: typeof first) => sorted(planted(FROM, TO));
  expect(summary(again)).toEqual(summary(first));
  expect(summary(other)).not.toEqual(summary(first));
  expect(summary(steady)).toEqual([]);
});

/** The records of a day and the next one, before and after a late change. */
const aroundChange = async (kind: Planted['kind']) => {
  const clock = handClock();
  const ring = await simulator({ scenario: 'messy', clock });
  ring.faults.clear();
  const fault = ring.planted(FROM, TO).find((each) => each.kind === kind);
  if (fault === undefined) throw new Error(`No day of the year is ${kind}`);
  const days = [fault.day, addDays(fault.day, 1)];
  const read = async (collection: string) => {
    const query = { start_date: addDays(fault.day, -2), end_date: addDays(fault.day, 3) };
    const { records } = await all(ring, collection, query);
    return days.map((day) => records.filter((record) => record.day === day));
  };
  const readAll = async (now: number) => {
    clock.time = now;
    return {
      sleep: await read('sleep'),
      scores: await read('daily_sleep'),
      worn: await read('daily_activity'),
    };
  };
  const [before, after] = [await readAll(fault.at - 1), await readAll(fault.at)];
  const ids = ({ sleep }: typeof before) => sleep.map((records) => records.map(({ id }) => id));
  return { ring, fault, before, after, ids: { before: ids(before), after: ids(after) } };
};

test('a moved nap keeps its id and is found by it on both days', async () => {
  const { ring, ids } = await aroundChange('moved');
  const left = ids.before[0]?.filter((id) => !ids.after[0]?.includes(id)) ?? [];
  const arrived = ids.after[1]?.filter((id) => !ids.before[1]?.includes(id));
  expect(left).toHaveLength(1);
  expect(arrived).toEqual(left);
  expect((await get(ring, `sleep/${left[0]}`)).json.id).toBe(left[0]);
});

test('a withdrawn nap disappears while the night stays', async () => {
  const { ids, after } = await aroundChange('withdrawn');
  expect(ids.before[0]?.length).toBe((ids.after[0]?.length ?? 0) + 1);
  expect(after.sleep[0]?.some(({ type }) => type === 'long_sleep')).toBe(true);
});

test('an emptied day loses the records of every collection', async () => {
  const { before, after } = await aroundChange('emptied');
  expect([before.sleep[0], before.scores[0], before.worn[0]].every((records) => records?.length)).toBe(true);
  expect([after.sleep[0], after.scores[0], after.worn[0]]).toEqual([[], [], []]);
});

test('a late score arrives in the afternoon of its day', async () => {
  const { fault, before, after } = await aroundChange('late_score');
  expect([before.scores[0]?.length, after.scores[0]?.length]).toEqual([0, 1]);
  expect(before.sleep[0]?.length).toBeGreaterThan(0);
  expect(dayIn('America/Los_Angeles', fault.at)).toBe(fault.day);
});

test('on some days, an optional collection responds with 404', async () => {
  const days = daysFrom(FROM, TO);
  const gone = days.filter((day) => goneOn(1, day).includes('daily_spo2'));
  expect(gone.length).toBeGreaterThan(3);
  expect(gone.length).toBeLessThan(30);
  const clock = handClock();
  const ring = await simulator({ scenario: 'messy', clock });
  ring.faults.clear();
  const statusOn = async (day: string | undefined) => {
    clock.time = Date.parse(`${day}T20:00:00Z`);
    return (await get(ring, 'daily_spo2')).status;
  };
  expect(await statusOn(gone[0])).toBe(404);
  expect(await statusOn(days.find((day) => goneOn(1, day).length === 0))).toBe(200);
});

test('single calls suffer a garbled 429 or a challenge', async () => {
  const ring = await simulator({ scenario: 'messy' });
  const call = () => get(ring, 'daily_sleep').catch(() => undefined);
  for (let count = 0; count < 300; count += 1) await call();
  const { rate_limited_garbled, challenge_forbidden, challenge_unavailable, ...others } = ring.faults.counts;
  for (const count of [rate_limited_garbled, challenge_forbidden, challenge_unavailable])
    expect(count).toBeGreaterThan(0);
  expect(Object.values(others).every((count) => count === 0)).toBe(true);
});
