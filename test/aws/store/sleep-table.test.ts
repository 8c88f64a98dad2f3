import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createSleepTable, NightContended, type SleepTable } from '../../../shared/aws/store/sleep-table.ts';
import type { Night, SleepRecord } from '../../../shared/core/sleep-record.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';
import { nightOf } from './nights.ts';

const TABLE = 'OuraSleepTable';
const DATE = '2026-03-10';
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`);

let tables: TestTables;
let table: SleepTable;
beforeAll(async () => {
  tables = await openTables();
  table = createSleepTable(tables.dynamodb, TABLE);
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

/** Without the fields that the first form lacks. */
const withoutAdded = ({
  lowest_heart_rate: _,
  breathing_rate: __,
  readiness_score: ___,
  time_in_bed: ____,
  series: _____,
  remarks: ______,
  incomplete: _______,
  ...night
}: Night) => night;

const stored = async (date = DATE) => (await table.get([date])).get(date);
const scanned = async () => (await Array.fromAsync(table.scan())).map(({ date }) => date).sort();

test('a new night is stored as revision 1, with every metric and no history', async () => {
  const night = nightOf(DATE, { sleep_score: 85, temperature_delta: -0.25 });
  expect(await table.put(night, { askedAt: at('19:00:00'), settled: false })).toBe('stored');
  expect(await stored()).toEqual({
    ...night,
    vanished_since: null,
    rules_version: 2,
    settled: false,
    revision: 1,
    content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    first_synced_at: '2026-03-10T19:00:00.000Z',
    updated_at: '2026-03-10T19:00:00.000Z',
    history: [],
  });
});

test('the same content in a later response changes no revision, no time and no history', async () => {
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:00:00'), settled: false });
  const before = await stored();
  expect(
    await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('20:00:00'), settled: false }),
  ).toBe('unchanged');
  expect(await stored()).toEqual(before);
});

test('the same content with its keys in another order is the same content', async () => {
  await table.put(nightOf(DATE, {}, { one: 1, two: { a: 1, b: 2 } }), {
    askedAt: at('19:00:00'),
    settled: false,
  });
  const put = await table.put(nightOf(DATE, {}, { two: { b: 2, a: 1 }, one: 1 }), {
    askedAt: at('20:00:00'),
    settled: false,
  });
  expect(put).toBe('unchanged');
});

test('a revision keeps the earlier values of exactly the changed fields, and their times', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80, hrv: 48 }), { askedAt: at('19:00:00'), settled: false });
  expect(
    await table.put(nightOf(DATE, { sleep_score: 82, hrv: 48 }), { askedAt: at('20:00:00'), settled: false }),
  ).toBe('stored');
  expect(await stored()).toMatchObject({
    sleep_score: 82,
    hrv: 48,
    revision: 2,
    first_synced_at: '2026-03-10T19:00:00.000Z',
    updated_at: '2026-03-10T20:00:00.000Z',
  });
  expect((await stored())?.history).toEqual([
    {
      revision: 1,
      stored_at: '2026-03-10T19:00:00.000Z',
      replaced_at: '2026-03-10T20:00:00.000Z',
      changed: { sleep_score: 80 },
    },
  ]);
});

test('periods with keys in another order are unchanged', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }, { one: 1, two: 2 }), {
    askedAt: at('19:00:00'),
    settled: false,
  });
  await table.put(nightOf(DATE, { sleep_score: 82 }, { two: 2, one: 1 }), {
    askedAt: at('20:00:00'),
    settled: false,
  });
  expect((await stored())?.history[0]?.changed).toEqual({ sleep_score: 80 });
});

test('a value that becomes null, or stops being null, is a change', async () => {
  await table.put(nightOf(DATE, { hrv: 48 }), { askedAt: at('19:00:00'), settled: false });
  await table.put(nightOf(DATE, { heart_rate: 54 }), { askedAt: at('20:00:00'), settled: false });
  expect((await stored())?.history[0]?.changed).toEqual({ hrv: 48, heart_rate: null });
});

test('the history holds every earlier revision, oldest first', async () => {
  for (const [index, score] of [80, 81, 82].entries())
    await table.put(nightOf(DATE, { sleep_score: score }), {
      askedAt: at(`19:0${index}:00`),
      settled: false,
    });
  const record = await stored();
  expect(record?.history.map(({ revision, changed }) => [revision, changed['sleep_score']])).toEqual([
    [1, 80],
    [2, 81],
  ]);
  expect(record?.history.map(({ replaced_at }) => replaced_at)).toEqual([
    '2026-03-10T19:01:00.000Z',
    '2026-03-10T19:02:00.000Z',
  ]);
});

test.each(['19:00:00', '20:00:00'])('a response of %s does not replace one of 20:00:00', async (time) => {
  await table.put(nightOf(DATE, { sleep_score: 82 }), { askedAt: at('20:00:00'), settled: false });
  const before = await stored();
  expect(await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at(time), settled: true })).toBe(
    'older',
  );
  expect(await stored()).toEqual(before);
});

test('a night that a clock ahead has stored is revised', async () => {
  const ahead = Date.parse('2026-12-31T12:00:00Z');
  await table.put(nightOf(DATE, { sleep_score: 82 }), { askedAt: ahead, settled: false });
  const revised = nightOf(DATE, { sleep_score: 80 });
  expect(await table.put(revised, { askedAt: at('20:00:00'), settled: false })).toBe('stored');
  expect(await stored()).toMatchObject({ sleep_score: 80, revision: 2 });
});

test('a write with an outdated read does not replace a newer night', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('18:00:00'), settled: false });
  const known = await stored();
  await table.put(nightOf(DATE, { sleep_score: 82 }), { askedAt: at('20:00:00'), settled: false });
  expect(
    await table.put(nightOf(DATE, { sleep_score: 81 }), { askedAt: at('19:00:00'), settled: false, known }),
  ).toBe('older');
  expect(await stored()).toMatchObject({ sleep_score: 82, revision: 2 });
});

test.each([
  ['in order', [0, 1, 2, 3]],
  ['in reverse', [3, 2, 1, 0]],
  ['in disorder', [2, 0, 3, 1]],
])('the newest response of parallel writers wins, started %s', async (_order, hours) => {
  await Promise.all(
    hours.map((hour) =>
      table.put(nightOf(DATE, { sleep_score: 80 + hour }), { askedAt: at(`1${hour}:00:00`), settled: false }),
    ),
  );
  const record = await stored();
  expect(record?.sleep_score).toBe(83);
  // None is lost: every earlier one is in the history, in the order of the requests, without a gap.
  expect(record?.history.map(({ revision }) => revision)).toEqual(
    record?.history.map((_, index) => index + 1),
  );
  const times = [...(record?.history ?? []).map(({ stored_at }) => stored_at), record?.updated_at];
  expect(times).toEqual([...times].sort());
  expect(new Set(times).size).toBe(times.length);
});

test('two writers that both read no night store one night with two revisions', async () => {
  const put = (score: number, time: string) =>
    table.put(nightOf(DATE, { sleep_score: score }), { askedAt: at(time), settled: false });
  const results = await Promise.all([put(80, '19:00:00'), put(82, '20:00:00')]);
  const record = await stored();
  expect(record?.sleep_score).toBe(82);
  expect(record?.revision).toBe(results.filter((result) => result === 'stored').length);
});

test('gives up on a night that others keep changing, with a retryable error', async () => {
  for (let change = 1; change <= 5; change++)
    tables.calls.beforeNext('PutItemCommand', async () => {
      const item = {
        ...nightOf(DATE),
        revision: change,
        content_hash: `hash-${change}`,
        updated_at: '2026-01-01',
      };
      await tables.raw.send(new PutCommand({ TableName: TABLE, Item: { ...item, history: [] } }));
    });
  const put = table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('19:00:00'), settled: false });
  await expect(put).rejects.toThrow(NightContended);
  await expect(put).rejects.toMatchObject({ consequences: { retryable: true }, date: DATE });
});

test('a provisional night becomes settled without a new revision', async () => {
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:00:00'), settled: false });
  const before = await stored();
  expect(
    await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('20:00:00'), settled: true }),
  ).toBe('unchanged');
  expect(await stored()).toEqual({ ...before, settled: true });
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('21:00:00'), settled: false });
  expect(await stored()).toEqual({ ...before, settled: true });
});

test('a response to an earlier revision does not settle a newer one', async () => {
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:00:00'), settled: false });
  const known = await stored();
  await table.put(nightOf(DATE, { sleep_score: 90 }), { askedAt: at('20:00:00'), settled: false });
  await table.put(nightOf(DATE, { sleep_score: 85 }), { askedAt: at('19:30:00'), settled: true, known });
  expect(await stored()).toMatchObject({ sleep_score: 90, settled: false });
});

test('reads the facts of the dates that have a night, also of the first form', async () => {
  const incomplete = ['daily_sleep' as const];
  await table.put({ ...nightOf('2026-03-08'), incomplete }, { askedAt: at('19:00:00'), settled: true });
  const Item = { date: '2026-03-09', settled: false, updated_at: '2026-03-09T19:00:00.000Z' };
  await tables.raw.send(new PutCommand({ TableName: TABLE, Item }));
  const facts = await table.facts(['2026-03-07', '2026-03-08', '2026-03-09']);
  expect([...facts.values()].sort((one, other) => one.date.localeCompare(other.date))).toEqual([
    {
      date: '2026-03-08',
      settled: true,
      incomplete,
      vanished_since: null,
      updated_at: '2026-03-10T19:00:00.000Z',
    },
    { ...Item, incomplete: [], vanished_since: null },
  ]);
});

test('assembles a night again from the stored one that another writer stored first', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('19:00:00'), settled: false });
  const met: (number | null)[] = [];
  const again = ({ sleep_score }: SleepRecord) => {
    met.push(sleep_score);
    return nightOf(DATE, { sleep_score: 82 });
  };
  const night = nightOf(DATE, { sleep_score: 81 });
  expect(await table.put(night, { askedAt: at('20:00:00'), settled: false, again })).toBe('stored');
  expect(met).toEqual([80]);
  expect(await stored()).toMatchObject({ sleep_score: 82, revision: 2 });
});

/** The item of a night in two long sleeps, as the first version of this project stored it. */
const FIRST_FORM = {
  ...withoutAdded(
    nightOf(DATE, {
      total_sleep_duration: 26_400,
      awake_duration: 4_200,
      sleep_score: 80,
      sleep_latency: 700,
      bedtime_start: '2026-03-10T01:30:00+00:00',
      bedtime_end: '2026-03-10T06:30:00+00:00',
    }),
  ),
  periods: [
    {
      ...{
        id: 'a',
        day: DATE,
        type: 'long_sleep',
        latency: 300,
        total_sleep_duration: 10_800,
        awake_time: 1_800,
      },
      bedtime_start: '2026-03-09T21:00:00+00:00',
      bedtime_end: '2026-03-10T00:30:00+00:00',
    },
    {
      ...{
        id: 'b',
        day: DATE,
        type: 'long_sleep',
        latency: 700,
        total_sleep_duration: 15_600,
        awake_time: 2_400,
      },
      bedtime_start: '2026-03-10T01:30:00+00:00',
      bedtime_end: '2026-03-10T06:30:00+00:00',
    },
  ],
  settled: true,
  revision: 1,
  content_hash: 'a'.repeat(64),
  first_synced_at: '2026-03-10T19:00:00.000Z',
  updated_at: '2026-03-10T19:00:00.000Z',
  history: [],
};
const putFirstForm = () => tables.dynamodb.send(new PutCommand({ TableName: TABLE, Item: FIRST_FORM }));
const raw = async () =>
  (await tables.dynamodb.send(new GetCommand({ TableName: TABLE, Key: { date: DATE } }))).Item;

describe('a night in the form of the previous version', () => {
  beforeEach(putFirstForm);

  test('is read by the present rules, with the fields that it lacks', async () => {
    const expected = {
      total_sleep_duration: 26_400,
      awake_duration: 4_200,
      sleep_score: 80,
      bedtime_start: '2026-03-09T21:00:00+00:00',
      sleep_latency: 300,
      time_in_bed: 12_600 + 18_000,
      readiness_score: null,
      incomplete: [],
      rules_version: 1,
    };
    expect(await stored()).toMatchObject(expected);
    expect((await Array.fromAsync(table.scan()))[0]).toMatchObject(expected);
    expect((await Array.fromAsync(table.scanSummaries()))[0]).toMatchObject(expected);
    // As stored.
    expect((await Array.fromAsync(table.bedtimes()))[0]).toMatchObject({
      bedtime_start: FIRST_FORM.bedtime_start,
    });
  });

  test('is computed again without a revision: only what follows from its periods changes', async () => {
    expect(await Array.fromAsync(table.outdated())).toEqual([DATE]);
    expect(await table.recompute(DATE)).toBe(true);
    expect(await raw()).toMatchObject({
      ...FIRST_FORM,
      bedtime_start: '2026-03-09T21:00:00+00:00',
      sleep_latency: 300,
      content_hash: expect.not.stringMatching(FIRST_FORM.content_hash),
      rules_version: 2,
    });
    expect(await Array.fromAsync(table.outdated())).toEqual([]);
    expect(await table.recompute(DATE)).toBe(false);
  });

  test('gets new fields from a response without a revision', async () => {
    const night = await stored();
    if (!night) throw new Error('no night');
    const answered = { ...night, readiness_score: 77, remarks: [], incomplete: [] };
    expect(await table.put(answered, { askedAt: at('20:00:00'), settled: true })).toBe('unchanged');
    expect(await raw()).toMatchObject({
      ...{ readiness_score: 77, rules_version: 2, revision: 1, history: [] },
      updated_at: FIRST_FORM.updated_at,
    });
  });

  test('is revised by a response with another value, with the earlier value by the present rules', async () => {
    const night = await stored();
    if (!night) throw new Error('no night');
    const answered = { ...night, sleep_score: 85, bedtime_end: null };
    expect(await table.put(answered, { askedAt: at('20:00:00'), settled: true })).toBe('stored');
    expect((await raw())?.['history']).toMatchObject([
      { changed: { sleep_score: 80, bedtime_end: FIRST_FORM.bedtime_end } },
    ]);
  });
});

test('a field that Oura adds to a period is stored without a revision', async () => {
  await table.put(nightOf(DATE, {}, { one: 1 }), { askedAt: at('19:00:00'), settled: false });
  const added = nightOf(DATE, {}, { one: 1, two: 2 });
  expect(await table.put(added, { askedAt: at('20:00:00'), settled: false })).toBe('unchanged');
  expect((await stored())?.periods[0]).toMatchObject({ one: 1, two: 2 });
  expect((await stored())?.revision).toBe(1);
});

test('a remark, a curve or a missing collection alone is stored without a revision', async () => {
  await table.put(nightOf(DATE), { askedAt: at('19:00:00'), settled: false });
  const series = [{ period_id: 'p', sleep_phase_5_min: '44', heart_rate: null, hrv: null }];
  const remarks = [{ kind: 'overlap', detail: 'x' }] as const;
  const night = { ...nightOf(DATE), series, remarks, incomplete: ['daily_spo2'] as const };
  expect(await table.put(night, { askedAt: at('20:00:00'), settled: false })).toBe('unchanged');
  expect(await stored()).toMatchObject({
    series,
    remarks,
    incomplete: ['daily_spo2'],
    revision: 1,
    history: [],
  });
});

test('stores records that match the documented schema', async () => {
  await table.put(nightOf(DATE, { sleep_score: 80 }), { askedAt: at('19:00:00'), settled: false });
  await table.put(nightOf(DATE, { sleep_score: 81 }), { askedAt: at('20:00:00'), settled: false });
  expect(await scanned()).toEqual([DATE]);
});

describe('the documents of nights', () => {
  const document_ids = { daily_sleep: 'score-1', daily_spo2: 'oxygen-1' };

  test('name the dates of the nights that come from them, by collection', async () => {
    await table.put({ ...nightOf('2026-03-09'), document_ids }, { askedAt: 0, settled: false });
    await table.put(nightOf('2026-03-10', {}, { id: 'period-2026-03-09' }), { askedAt: 0, settled: false });
    const datesOf = await table.datesOfDocuments(['2026-03-08', '2026-03-09', '2026-03-10']);
    expect(datesOf('daily_sleep', 'score-1')).toEqual(['2026-03-09']);
    expect(datesOf('daily_spo2', 'oxygen-1')).toEqual(['2026-03-09']);
    expect([...datesOf('sleep', 'period-2026-03-09')].sort()).toEqual(['2026-03-09', '2026-03-10']);
    expect(datesOf('daily_readiness', 'score-1')).toEqual([]);
    expect((await table.datesOfDocuments(['2026-03-08']))('daily_sleep', 'score-1')).toEqual([]);
  });

  test('are stored with a night of an earlier version without a revision', async () => {
    const night = nightOf('2026-03-09');
    await table.put(night, { askedAt: 0, settled: false });
    const [known] = [...(await table.get(['2026-03-09'])).values()];
    expect(await table.put({ ...night, document_ids }, { askedAt: 1, settled: false, known })).toBe(
      'unchanged',
    );
    const [stored] = [...(await table.get(['2026-03-09'])).values()];
    expect(stored).toEqual({ ...known, document_ids });
  });
});
