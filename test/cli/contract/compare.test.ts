import { compare, type Source } from '../../../services/cli/contract/compare.ts';
import { contractText, reportOf } from '../../../services/cli/contract/report.ts';
import type { RingSimulator } from '../../../services/ring-simulator/start.ts';
import { daysFrom } from '../../../shared/core/day.ts';
import { type ChangedOura, type Changes, startChangedOura } from '../../helpers/changed-oura.ts';
import { simulator, stopAll } from '../../ring-simulator/raw-client.ts';

const TODAY = '2026-11-23';

let oura: ChangedOura;
const start = async (options: Parameters<typeof simulator>[0] = {}): Promise<RingSimulator> => {
  const ring = await simulator(options);
  oura = await startChangedOura(ring.url);
  return ring;
};
afterEach(async () => {
  await oura[Symbol.asyncDispose]();
  await stopAll();
});

const report = async (changes: Changes = {}, kind: Source['kind'] = 'account') => {
  oura.changes = changes;
  const source: Source = { kind, baseUrl: oura.url, accessToken: 'planted-token', today: TODAY };
  return reportOf(source, await compare(source));
};
const lines = (found: Awaited<ReturnType<typeof report>>) =>
  found.findings.map(({ kind, subject, finding }) => `${kind} ${subject}: ${finding}`);

/** Changes the records of `collection`. */
const inRecords = (
  collection: string,
  change: (record: Record<string, unknown>, index: number) => unknown,
): Changes => ({ record: (of, record, index) => (of === collection ? change(record, index) : record) });

const without = (name: string) => (record: Record<string, unknown>) => {
  const { [name]: _, ...rest } = record;
  return rest;
};

describe.each(['America/Los_Angeles', 'Europe/Helsinki', 'Pacific/Kiritimati'])(
  'an account in %s',
  (timeZone) => {
    test('has nothing to report if Oura responds as documented and measured', async () => {
      await start({ timeZone });
      const found = await report();
      expect(lines(found)).toEqual([]);
      expect(found).toMatchObject({
        outcome: 'unchanged',
        records: { daily_sleep: expect.any(Number), personal_info: 1 },
      });
    });
  },
);

test('the sandbox is read without credentials, and its ranges are not tested', async () => {
  const ring = await start({ apiKey: 'only-this' });
  const found = await report({}, 'sandbox');
  expect(lines(found)).toEqual([]);
  expect(found).toMatchObject({ outcome: 'unchanged', records: { sleep: 33, daily_spo2: 33 } });
  expect(ring.calls.map(({ path }) => path).sort()).toEqual(
    ['daily_activity', 'daily_readiness', 'daily_sleep', 'daily_spo2', 'sleep'].map(
      (name) => `/v2/sandbox/usercollection/${name}`,
    ),
  );
});

const NIGHTS = '33 records';
// Some of them are naps.
const PERIODS = '45 records';
// Without today.
const OVER = '32 records';

const CHANGED: readonly [rule: string, changes: Changes, line: string][] = [
  [
    'a field that is gone',
    inRecords('sleep', without('average_hrv')),
    'changed sleep.average_hrv: is absent (in 33 of 33 records)',
  ],
  [
    'a field that is gone from an object',
    inRecords('daily_sleep', (record) => ({ ...record, contributors: { timing: 80 } })),
    `changed daily_sleep.contributors.restfulness: is absent (in 32 of ${OVER})`,
  ],
  [
    'a field that is always null',
    inRecords('daily_readiness', (record) => ({ ...record, temperature_deviation: null })),
    `changed daily_readiness.temperature_deviation: is null or absent (in 32 of ${OVER})`,
  ],
  [
    'a null where Oura documents none',
    inRecords('sleep', (record, index) => (index === 3 ? { ...record, bedtime_end: null } : record)),
    'changed sleep.bedtime_end: is null or absent (in 1 of 33 records)',
  ],
  [
    'a type that the code cannot read',
    inRecords('sleep', (record) => ({ ...record, efficiency: { value: 90 } })),
    `changed sleep.efficiency: must be a number, and is left out (in 45 of ${PERIODS})`,
  ],
  [
    'a number that has become text',
    inRecords('daily_spo2', (record) => ({ ...record, breathing_disturbance_index: '7' })),
    `changed daily_spo2.breathing_disturbance_index: is text (must be a number), which is still read (in 33 of ${NIGHTS})`,
  ],
  [
    'a value out of its range',
    inRecords('daily_sleep', (record) => ({ ...record, score: 1001 })),
    `changed daily_sleep.score: must be at most 100, and is left out (in 33 of ${NIGHTS})`,
  ],
  [
    'a time without an offset',
    inRecords('sleep', (record) => ({
      ...record,
      bedtime_start: String(record['bedtime_start']).slice(0, 19),
    })),
    `changed sleep.bedtime_start: must be an ISO 8601 time with offset, and is left out (in 45 of ${PERIODS})`,
  ],
  [
    'a date in another form',
    inRecords('daily_activity', (record) => ({ ...record, day: Date.parse(String(record['day'])) })),
    `changed daily_activity.day: must be a date YYYY-MM-DD (in 33 of ${NIGHTS})`,
  ],
  [
    'a series in another form',
    inRecords('sleep', (record) => ({ ...record, heart_rate: [60, 61] })),
    `changed sleep.heart_rate: must have items, an interval and a timestamp, and is left out (in 45 of ${PERIODS})`,
  ],
  [
    'a phase beyond the four',
    inRecords('sleep', (record) => ({ ...record, sleep_phase_5_min: '12345' })),
    `changed sleep.sleep_phase_5_min: must be digits from 1 to 4, and is left out (in 45 of ${PERIODS})`,
  ],
  [
    'a new type of period',
    inRecords('sleep', (record) => (record['type'] === 'long_sleep' ? record : { ...record, type: 'nap' })),
    `changed sleep.type: has the new value nap: such a period does not count (in 10 of ${PERIODS})`,
  ],
  [
    'a record that is not an object',
    inRecords('daily_spo2', (_, index) => (index === 0 ? [] : undefined)),
    `changed daily_spo2: has records that are not objects (in 1 of ${NIGHTS})`,
  ],
  [
    'a list under another name',
    { body: (of, body) => (of === 'daily_sleep' ? { documents: body, next_token: null } : body) },
    'changed daily_sleep: the response is not an object with the list `data` and the text or null `next_token`',
  ],
];

test.each(CHANGED)('%s is a change', async (_, changes, line) => {
  await start();
  const found = await report(changes);
  expect(lines(found)).toContain(line);
  expect(found.outcome).toBe('changed');
});

const NEW: readonly [rule: string, changes: Changes, line: string][] = [
  [
    'a new field',
    inRecords('sleep', (record) => ({ ...record, skin_temperature: 36.6 })),
    `new sleep.skin_temperature: is a new field (number), which the code does not read (in 33 of ${NIGHTS})`,
  ],
  [
    'a new field in an object that is read',
    inRecords('daily_sleep', (record) => ({
      ...record,
      contributors: { ...(record['contributors'] as object), regularity: 90 },
    })),
    `new daily_sleep.contributors.regularity: is a new field (number), which the code does not read (in 33 of ${NIGHTS})`,
  ],
  [
    'a new value of a field that is only stored',
    inRecords('sleep', (record) => ({ ...record, sleep_algorithm_version: 'v3' })),
    `new sleep.sleep_algorithm_version: has the new value v3 (in 33 of ${NIGHTS})`,
  ],
  [
    'a new part of the response',
    { body: (of, body) => (of === 'sleep' ? { ...(body as object), total: 45 } : body) },
    'new sleep: the response also has total',
  ],
];

test.each(NEW)('%s is a note', async (_, changes, line) => {
  await start();
  // The sandbox: an account's records of a request with `fields` would have no new field.
  const found = await report(changes, 'sandbox');
  expect(lines(found)).toEqual([line]);
  expect(found.outcome).toBe('unchanged');
});

const shiftEnd = (collection: string, days: number): Changes => ({
  request: (of, { searchParams: query }) => {
    if (of !== collection) return;
    const end = new Date(Date.parse(query.get('end_date') ?? '') + days * 86_400_000);
    query.set('end_date', end.toISOString().slice(0, 10));
  },
});

test.each([
  [
    'daily_sleep',
    -1,
    'by day, start_date included, end_date excluded',
    'by day, start_date included, end_date included',
    7,
  ],
  [
    'daily_activity',
    1,
    'by day, start_date included, end_date included',
    'by day, start_date included, end_date excluded',
    7,
  ],
  [
    'sleep',
    1,
    'by bedtime_start in UTC, start_date included, end_date included',
    'by bedtime_start in UTC, start_date included, end_date excluded',
    9,
  ],
])(
  'another end of a range of %s is a change that loses no record',
  async (collection, days, now, before, records) => {
    await start();
    const found = await report(shiftEnd(collection, days));
    expect(lines(found)).toEqual([
      `changed ${collection}: a date range selects ${now}; measured before: ${before}. Requests have 2 more days at each end, so all ${records} records of the requested days came`,
    ]);
    expect(found.outcome).toBe('changed');
  },
);

test('says how many records of the requested days a range loses', async () => {
  await start();
  const found = await report(shiftEnd('daily_readiness', -4));
  expect(lines(found)).toEqual([
    'changed daily_readiness: a date range selects in an unknown way; measured before: by day, start_date included, end_date included. 2 of 7 records of the requested days did not come, so nights would be missing',
  ]);
});

test('reports a name that `fields` no longer returns, and a `fields` that is ignored', async () => {
  await start();
  const renamed = await report({
    request: (of, { searchParams: query }) => {
      if (of === 'daily_sleep' && query.has('fields')) query.set('fields', 'id,day,timestamp,contributors');
    },
  });
  expect(lines(renamed)).toEqual(['changed daily_sleep.score: is not returned when `fields` names it']);
  const ignored = await report({
    request: (of, { searchParams }) => {
      if (of === 'sleep') searchParams.delete('fields');
    },
  });
  expect(lines(ignored)).toEqual([
    'changed sleep: returns other fields than `fields` names: responses are larger',
  ]);
});

test('says what it could not check', async () => {
  const ring = await start({ grantedScopes: ['daily'] });
  const withoutActivity = (from: string) => {
    for (const day of daysFrom(from, '2026-11-21'))
      ring.edit(day, (records) => ({ ...records, daily_activity: [] }));
  };
  withoutActivity('2026-11-01');
  const found = await report();
  expect(lines(found)).toEqual([
    expect.stringMatching(/^not checked daily_spo2: .*\(401\)/),
    'not checked daily_activity: whether end_date is excluded: no record on that date',
  ]);
  expect(found).toMatchObject({ outcome: 'unchanged', records: { daily_spo2: 0 } });
  withoutActivity('2026-10-20');
  expect(lines(await report())).toEqual([
    expect.stringMatching(/^not checked daily_spo2: /),
    'not checked daily_activity: whether a field is null in all records: there are 1, and at least 5 are needed',
    'not checked daily_activity: the date range: no record in the tested range',
  ]);
});

test('reads every page of a list, and says if there are too many', async () => {
  await start({ pageSize: 10 });
  const found = await report();
  expect(lines(found)).toEqual([]);
  expect(found.records).toMatchObject({ sleep: 45, daily_sleep: 33 });
  await oura[Symbol.asyncDispose]();
  await start({ pageSize: 1 });
  const cut = await report();
  expect(lines(cut)).toContain(
    'not checked daily_sleep: the records after the first 20 pages: `next_token` leads to more',
  );
});

test('tests the range at dates that have records', async () => {
  const ring = await start();
  // Without them, the oldest window would have no record at its end.
  for (const day of daysFrom('2026-11-09', '2026-11-11'))
    ring.edit(day, (records) => ({ ...records, daily_spo2: [] }));
  expect(lines(await report())).toEqual([]);
});

test('the id of personal_info is text', async () => {
  await start();
  const found = await report({ body: (of, body) => (of === 'personal_info' ? { id: 7 } : body) });
  expect(lines(found)).toEqual(['changed personal_info.id: must be text']);
});

test('decides nothing without records of sleep', async () => {
  await start();
  const found = await report({
    body: (of, body) => (of === 'sleep' ? { data: [], next_token: null } : body),
  });
  expect(lines(found)).toEqual(['not checked sleep: there are no records of the last 32 days']);
  expect(found.outcome).toBe('undecided');
});

test('decides nothing if a collection cannot be reached, but reports what has changed in the others', async () => {
  const ring = await start();
  ring.faults.always('unavailable', { collection: 'daily_sleep' });
  const unreached = await report();
  expect(lines(unreached)).toEqual([
    'not reached daily_sleep: Oura is unavailable on daily_sleep: unexpected status (503)',
  ]);
  expect(unreached.outcome).toBe('undecided');
  const changed = await report(inRecords('sleep', without('latency')));
  expect(changed.outcome).toBe('changed');
});

test('decides nothing if a network responds with a page of its own', async () => {
  const ring = await start();
  ring.faults.always('html', { collection: 'daily_sleep' });
  const source: Source = { kind: 'account', baseUrl: ring.url, accessToken: 'planted-token', today: TODAY };
  const found = reportOf(source, await compare(source));
  expect(lines(found)).toEqual([
    'not reached daily_sleep: Oura is unavailable on daily_sleep: malformed body (200)',
  ]);
  expect(found.outcome).toBe('undecided');
});

test('a collection that Oura no longer has is a change', async () => {
  await start();
  const found = await report({
    request: (of, url) => {
      if (of === 'daily_spo2') url.pathname = '/v3/spo2';
    },
  });
  expect(lines(found)).toEqual(['changed daily_spo2: Oura rejected the request to daily_spo2 (404)']);
  expect(found.outcome).toBe('changed');
});

test('decides nothing if the sandbox asks for credentials', async () => {
  await start({ apiKey: 'only-this' });
  const found = await report(
    {
      request: (_, url) => {
        url.pathname = url.pathname.replace('/sandbox', '');
      },
    },
    'sandbox',
  );
  expect(new Set(found.findings.map(({ kind, finding }) => `${kind}: ${finding}`))).toEqual(
    new Set(['not reached: the sandbox asks for credentials (401)']),
  );
  expect(found.outcome).toBe('undecided');
});

test('the report has no value of a record and no token', async () => {
  await start();
  const found = await report(
    inRecords('sleep', (record) => ({
      ...record,
      average_hrv: '98765',
      type: 'resting pulse 98765',
      'pulse 98765': 98765,
      latency: -98765,
      sleep_analysis_reason: 98765,
    })),
  );
  const text = contractText(found) + JSON.stringify(found);
  expect(found.outcome).toBe('changed');
  expect(text).not.toMatch(/98765|planted-token/);
  expect(oura.authorizations).toContain('Bearer planted-token');
});
