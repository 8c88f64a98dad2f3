import { readdirSync } from 'node:fs';
import { type FixtureOura, startFixtureOura } from './fixture-oura.ts';
import { caseRuns, OURA_CASES, playCase, serveRun } from './oura-case.ts';

let oura: FixtureOura;
beforeEach(async () => {
  oura = await startFixtureOura({ records: {} });
});
afterEach(() => oura.stop());

const ask = async (collection: string, start_date: string, end_date: string) => {
  const query = new URLSearchParams({ start_date, end_date });
  const response = await fetch(`${oura.url}/v2/usercollection/${collection}?${query}`, {
    headers: { authorization: 'Bearer key' },
  });
  const { data = [] } = (await response.json()) as { data?: { id: string }[] };
  return { status: response.status, ids: data.map(({ id }) => id) };
};

test('knows every case', () => {
  const files = readdirSync(new URL('../fixtures/oura-cases', import.meta.url));
  expect(files.filter((file) => file.endsWith('.json'))).toEqual(OURA_CASES.map((name) => `${name}.json`));
});

test('serves a record without bedtime_start for any range that covers its day', async () => {
  for (const run of caseRuns('bad-nap-beside-night')) serveRun(oura, run);
  expect((await ask('sleep', '2026-05-01', '2026-05-02')).ids).toEqual(['p9', 'p10']);
  expect((await ask('sleep', '2026-05-02', '2026-05-02')).ids).toEqual(['p10']);
  expect((await ask('sleep', '2026-05-03', '2026-05-05')).ids).toEqual([]);
});

test('serves the records and the failing collections of each run', async () => {
  const [failing, answering] = caseRuns('scope-granted-later');
  const spo2 = () => ask('daily_spo2', '2026-03-01', '2026-03-05');
  if (failing) serveRun(oura, failing);
  expect(await spo2()).toMatchObject({ status: 401 });
  expect(await ask('daily_sleep', '2026-03-01', '2026-03-05')).toMatchObject({ status: 200 });
  if (answering) serveRun(oura, answering);
  expect(await spo2()).toMatchObject({ status: 200, ids: expect.arrayContaining(['do2026-03-05']) });
  const scores = caseRuns('score-comes-later').map(({ now, records }) => [
    now,
    records['daily_sleep']?.length,
  ]);
  expect(scores).toEqual([
    ['2026-05-02T09:00:00Z', 0],
    ['2026-05-02T11:00:00Z', 1],
  ]);
});

test('plays each run of a case with the pipeline', async () => {
  const { statuses, requested, nights } = await playCase('score-comes-later');
  expect(statuses).toEqual(['complete', 'complete']);
  expect(requested[0]).toContain('sleep');
  expect(nights.map(({ date }) => date)).toEqual(['2026-05-02']);
});
