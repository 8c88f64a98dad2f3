import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type {
  CalendarAnswer,
  NightsAnswer,
  OverviewAnswer,
  PipelineAnswer,
} from '../../services/dashboard/server/api.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createNewestNight } from '../../shared/aws/store/latest-day.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { nightOf } from '../aws/store/nights.ts';
import { workBody } from '../helpers/queues.ts';
import { servePage, type TestPage } from './support/served.ts';

const TODAY = '2026-03-10';
const NOON = Date.parse('2026-03-10T12:00:00-07:00');

let page: TestPage;
beforeAll(async () => {
  page = await servePage();
});
afterEach(() => page.stack.clear());
afterAll(() => page.stop());

/** Stores nights up to `last`, each with a different HRV. */
const storeNights = async (hrvs: readonly number[], last = TODAY) => {
  const { dynamodb } = page.stack.raw;
  const table = createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable);
  const dates = daysFrom(addDays(last, 1 - hrvs.length), last);
  await Promise.all(
    dates.map((date, index) =>
      table.put(nightOf(date, { hrv: hrvs[index] ?? null }), { askedAt: NOON, settled: false }),
    ),
  );
  await createNewestNight(dynamodb, LOGICAL_ID.ouraSyncTable).advance(last);
  return Array.fromAsync(table.scan());
};

const days = () => createDays(page.stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable);
const checked = { run_id: 'r', attempts: 1, at: NOON, next_check_on: null };

test('the overview says when the next sync runs if there are no nights', async () => {
  expect(await page.get<OverviewAnswer>('/api/overview')).toEqual({
    source: 'a test',
    simulated: false,
    time_zone: 'America/Los_Angeles',
    today: TODAY,
    newest: null,
    missing: null,
    next_sync: '2026-03-11T19:00:00.000Z',
    script: expect.stringMatching(/^assets\/page-\w+\.js$/),
    read_only: null,
    problems: [],
  });
});

test('the overview says why the request for last night failed, and nothing else about a date that is not over', async () => {
  await storeNights([50], '2026-03-09');
  const overview = () => page.get<OverviewAnswer>('/api/overview');
  await days().notOver(TODAY, checked);
  expect(await overview()).toMatchObject({ newest: '2026-03-09', today: TODAY, missing: null });
  const error = { name: 'OuraUnavailable', message: 'Oura is unavailable' };
  await days().failed(TODAY, { ...checked, state: 'parked', error });
  expect(await overview()).toMatchObject({ missing: { date: TODAY, cause: 'OuraUnavailable' } });
});

test('for a sleeper who is ahead of the configured zone, today is the date there', async () => {
  // Noon in Los Angeles is 08:00 of the next day in Auckland.
  const tomorrow = '2026-03-11';
  const { dynamodb } = page.stack.raw;
  const night = nightOf(tomorrow, { bedtime_end: `${tomorrow}T06:30:00+13:00` });
  await createSleepTable(dynamodb, LOGICAL_ID.ouraSleepTable).put(night, { askedAt: NOON, settled: false });
  await createNewestNight(dynamodb, LOGICAL_ID.ouraSyncTable).advance(tomorrow);
  await days().stored(tomorrow, { ...checked, settled: false });
  expect(await page.get<OverviewAnswer>('/api/overview')).toMatchObject({
    today: tomorrow,
    newest: tomorrow,
  });
  const calendar = await page.get<CalendarAnswer>('/api/calendar?year=2026');
  expect(calendar.days).toMatchObject([{ date: tomorrow, state: 'provisional' }]);
});

test('a date has the mean of its week and the typical range of the eight weeks before', async () => {
  await storeNights([...Array.from({ length: 21 }, (_, index) => 40 + (index % 3) * 10), 100]);
  const { nights, trends } = await page.get<NightsAnswer>(`/api/nights?from=${TODAY}&to=${TODAY}`);
  expect(nights.map(({ date, hrv, settled, naps }) => ({ date, hrv, settled, naps }))).toEqual([
    { date: TODAY, hrv: 100, settled: false, naps: 0 },
  ]);
  // The values 40, 50, 60 repeat: median 50, median absolute deviation 10. The night's own 100 does not count.
  expect(trends.hrv).toEqual([
    {
      date: TODAY,
      mean: expect.closeTo((50 + 60 + 40 + 50 + 60 + 100 + 40) / 7, 0),
      low: expect.closeTo(50 - 14.826, 2),
      high: expect.closeTo(50 + 14.826, 2),
    },
  ]);
});

test('later nights do not change the typical range of a date', async () => {
  await storeNights(
    Array.from({ length: 30 }, (_, index) => 40 + (index % 5)),
    '2026-03-09',
  );
  const path = '/api/nights?from=2026-03-01&to=2026-03-09';
  const before = await page.get<NightsAnswer>(path);
  await storeNights([500]);
  expect(await page.get<NightsAnswer>(path)).toEqual(before);
});

test('there is no baseline with fewer than 14 nights, and no mean with fewer than four in a week', async () => {
  await storeNights([50, 51, 52]);
  const { trends } = await page.get<NightsAnswer>(`/api/nights?from=${TODAY}&to=${TODAY}`);
  expect(trends.hrv).toEqual([{ date: TODAY, mean: null, low: null, high: null }]);
});

test('the calendar has a state for every date that is over, from the first known one', async () => {
  await storeNights([50, 51], '2026-03-05');
  await days().stored('2026-03-04', { ...checked, settled: false });
  await days().failed('2026-03-07', {
    ...checked,
    state: 'parked',
    error: { name: 'OuraUnavailable', message: 'Oura is unavailable' },
  });
  const calendar = await page.get<CalendarAnswer>('/api/calendar?year=2026');
  expect(calendar).toMatchObject({ year: 2026, first_year: 2026, last_year: 2026 });
  expect(calendar.days.map(({ date, state }) => [date, state])).toEqual([
    ['2026-03-04', 'provisional'],
    ['2026-03-05', 'provisional'],
    ['2026-03-06', 'not_asked'],
    ['2026-03-07', 'parked'],
    ['2026-03-08', 'not_asked'],
    ['2026-03-09', 'not_asked'],
  ]);
  expect(calendar.days[3]).toMatchObject({
    cause: 'OuraUnavailable',
    next: expect.stringContaining('click “Try parked dates again” in Pipeline'),
  });
  expect(calendar.days[5]).toMatchObject({ next: 'the next sync requests it' });
});

test('a download equals the output of export', async () => {
  const nights = await storeNights([50, 51, 52]);
  const json = await page.send('/api/export?format=json&from=2026-03-09&to=2026-03-10');
  const wanted = nights
    .filter(({ date }) => date >= '2026-03-09')
    .sort((one, other) => one.date.localeCompare(other.date));
  expect(json.body).toBe(`${JSON.stringify(wanted, null, 2)}\n`);
  const csv = await page.send('/api/export?format=csv');
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.body.trim().split(/\r?\n/)).toHaveLength(4);
});

test.each([
  '/api/nights',
  '/api/nights?from=2026-02-30&to=2026-03-01',
  '/api/nights?from=2026-03-02&to=2026-03-01',
  '/api/nights?from=2016-03-02&to=2026-03-01',
  '/api/nights?from=9999-12-01&to=9999-12-31',
  '/api/nights?from=0001-01-01&to=0001-01-02',
  '/api/calendar?year=x',
  '/api/export?format=xls',
])('rejects %s in one sentence that does not repeat it', async (path) => {
  const { status, body } = await page.send(path);
  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^[A-Z].*\w\.$/) });
});

/** Reads the first `count` events of the stream. */
const events = async (count: number, meanwhile: () => Promise<unknown>): Promise<PipelineAnswer[]> => {
  const leaving = new AbortController();
  const response = await fetch(`${page.url}/api/pipeline/events`, {
    headers: page.session,
    signal: leaving.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const seen: PipelineAnswer[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) seen.push(JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? '') as PipelineAnswer);
    if (seen.length === 1) await meanwhile();
    if (seen.length >= count) break;
  }
  leaving.abort();
  return seen;
};

test('the stream sends changes of queues and running runs', async () => {
  const [first, second] = await events(2, () => page.stack.queues.send('work', workBody('r', '2026-03-09')));
  expect(first?.queues).toEqual({ work: 0, dead_letter: 0, parked: 0 });
  expect(second?.queues).toEqual({ work: 1, dead_letter: 0, parked: 0 });
});

test('the stream says when a day begins where the sleeper is', async () => {
  const { clock } = page.stack;
  const before = new Date(clock.now()).toISOString();
  try {
    const [first, second] = await events(2, async () => clock.set('2026-03-11T00:00:00-07:00'));
    expect([first?.today, second?.today]).toEqual([TODAY, '2026-03-11']);
  } finally {
    clock.set(before);
  }
});

test('a started sync shows as a running run', async () => {
  const { status, body } = await page.post('/api/sync', '{"from":"2026-03-01","to":"2026-03-02"}');
  expect(status).toBe(202);
  const { running } = await page.get<PipelineAnswer>('/api/pipeline');
  expect(running.map(({ run_id }) => run_id)).toEqual([(JSON.parse(body) as { run_id: string }).run_id]);
});

test.each([
  '{"from":"2026-03-12"}',
  '{"from":"2026-03-02","to":"2026-03-01"}',
  '{"days":"x"',
  '{"unknown":1}',
  '{"from":"1999-01-01"}',
  '[]',
  'null',
])('rejects a sync of %s in one sentence', async (body) => {
  const reply = await page.post('/api/sync', body);
  expect([reply.status, JSON.parse(reply.body)]).toEqual([
    400,
    { error: expect.stringMatching(/^[A-Z].*\w\.$/) },
  ]);
});

test('does not read a body that is longer than a range', async () => {
  const { status, body } = await page.post('/api/sync', ' '.repeat(20_000));
  expect([status, body]).toEqual([413, '{"error":"The body is too long."}']);
});

/** Sends a sync with `headers` and those that identify the browser, and returns the response. */
const syncRaw = async (headers: readonly string[], body: string): Promise<string> => {
  const { host, port } = new URL(page.url);
  const socket = connect(Number(port), '127.0.0.1');
  const always = [
    `Host: ${host}`,
    `Origin: ${page.url}`,
    ...Object.entries(page.session).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.write(['POST /api/sync HTTP/1.1', ...always, ...headers, '', body].join('\r\n'));
  return text(socket);
};

test('accepts a POST without a body, as curl -X POST sends it', async () => {
  const reply = await syncRaw([], '');
  expect(reply).toContain('HTTP/1.1 202 Accepted');
  expect(reply).toContain('"trigger":"manual"');
});

test('rejects a chunked body in one sentence', async () => {
  const reply = await syncRaw(['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n');
  expect(reply).toContain('HTTP/1.1 411 ');
  expect(reply).toContain('{"error":"Send the body with a Content-Length."}');
});

test('the pipeline counts the parked messages whose dates it does not know beside the failed dates', async () => {
  const failures = async () =>
    (await page.get<PipelineAnswer>('/api/pipeline')).failures.map(({ cause, count, dates }) => [
      cause,
      count,
      dates.length,
    ]);
  const error = { name: 'OuraUnavailable', message: 'Oura is unavailable' };
  await days().failed('2026-03-07', { ...checked, state: 'parked', error });
  await page.stack.queues.send('parked', workBody('r', '2026-03-07'));
  expect(await failures()).toEqual([['OuraUnavailable', 1, 1]]);
  await page.stack.queues.send('parked', 'not a work message');
  expect(await failures()).toEqual([
    ['OuraUnavailable', 1, 1],
    ['unread', 1, 0],
  ]);
});

test('a redrive moves the parked messages to the work queue', async () => {
  await page.stack.queues.send('parked', workBody('r', '2026-03-08'));
  await page.stack.queues.send('parked', workBody('r', '2026-03-09'));
  const { status, body } = await page.post('/api/redrive');
  expect([status, JSON.parse(body)]).toEqual([202, expect.objectContaining({ trigger: 'redrive' })]);
  const moved = async () => (await page.get<PipelineAnswer>('/api/pipeline')).queues;
  while ((await moved()).parked > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await moved()).toEqual({ work: 2, dead_letter: 0, parked: 0 });
});

test('starts nothing if nothing consumes the queues, and says why', async () => {
  const idle = await servePage({ readOnly: 'Nothing runs here.' });
  try {
    for (const path of ['/api/sync', '/api/redrive']) {
      const { status, body } = await idle.post(path);
      expect([status, body]).toEqual([409, '{"error":"Nothing runs here."}']);
    }
    expect((await idle.get<OverviewAnswer>('/api/overview')).read_only).toBe('Nothing runs here.');
  } finally {
    await idle.stop();
  }
});
