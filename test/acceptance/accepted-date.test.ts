import { EDGE_RECORDS, INVALID_DAY } from '../fixtures/oura/edge-nights.ts';
import { type DataFolder, runCommand, temporaryDataDir } from '../helpers/command.ts';
import { type FixtureRecord, type FixtureRecords, startFixtureOura } from '../helpers/fixture-oura.ts';

const DATE = INVALID_DAY.date;
let oura: Awaited<ReturnType<typeof startFixtureOura>>;
let dataDir: DataFolder;
beforeAll(async () => {
  oura = await startFixtureOura({ records: structuredClone(EDGE_RECORDS) as FixtureRecords });
  dataDir = await temporaryDataDir();
});
afterAll(async () => {
  await oura.stop();
  await dataDir.remove();
});

const command = (...args: string[]) =>
  runCommand([...args, ...dataDir.option], { OURA_API_BASE_URL: oura.url, OURA_API_KEY: 'planted-token' });
const json = async (...args: string[]) => JSON.parse((await command(...args, '--format', 'json')).stdout);
const NOON = (day: string) => ['--now', `2026-04-${day}T12:00:00-07:00`];
const sync = (day: string) => command('start', '--once', ...NOON(day), '--from', DATE, '--to', DATE);
const accept = (day: string, ...args: string[]) =>
  command('redrive', '--accept', DATE, ...NOON(day), ...args);
const gap = async () => (await json('gaps')).find(({ date }: { date: string }) => date === DATE);
const parked = async () => (await json('status')).queues.parked;
const change = (changed: (record: FixtureRecord) => FixtureRecord) => {
  oura.records['sleep'] = (oura.records['sleep'] ?? []).map((record) =>
    record['day'] === DATE ? changed(record) : record,
  );
};

test('an accepted invalid record is no problem, until Oura answers differently', async () => {
  expect((await sync('10')).code).toBe(1);
  expect((await accept('10')).stderr).toContain('--yes');
  expect(await gap()).toMatchObject({ state: 'parked' });

  const accepted = await accept('10', '--yes');
  expect(accepted).toMatchObject({ code: 0, stderr: '' });
  expect(accepted.stdout).toMatch(/InvalidRecord: .*\nRemoved 1 message and saved them in .*\nAccepted/);
  const shown = { state: 'accepted', reason: 'accepted', cause: 'InvalidRecord', settled: false };
  expect(await gap()).toMatchObject({ ...shown, evidence: expect.stringContaining(INVALID_DAY.path) });
  expect(await json('failures')).toEqual([]);
  const doctor = await command('doctor');
  expect(doctor.stdout).toMatch(/parked +│ nothing/);
  expect(doctor.stdout).toMatch(/last run +│ complete/);
  expect(await accept('10', '--yes')).toMatchObject({
    code: 0,
    stdout: `${DATE} is accepted already.\n`,
  });

  // The same answer changes nothing and parks nothing.
  expect(await sync('11')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 without data') });
  expect(await gap()).toMatchObject(shown);
  expect(await parked()).toBe(0);

  // Another invalid record is another failure.
  change((record) => ({ ...record, bedtime_start: 'never' }));
  expect((await sync('12')).code).toBe(1);
  expect(await gap()).toMatchObject({ state: 'parked', cause: 'InvalidRecord' });
  expect(await accept('12', '--yes')).toMatchObject({ code: 0 });
  expect(await gap()).toMatchObject(shown);

  const valid = (EDGE_RECORDS['sleep'] as readonly FixtureRecord[]).find(
    ({ type, day }) => type === 'long_sleep' && day !== DATE,
  );
  change(({ id, day, bedtime_start }) => ({ ...valid, id, day, bedtime_start, bedtime_end: null }));
  change((record) => ({
    ...record,
    bedtime_start: `${DATE}T00:00:00+02:00`,
    bedtime_end: `${DATE}T08:00:00+02:00`,
  }));
  expect(await sync('13')).toMatchObject({ code: 0 });
  expect(await gap()).toBeUndefined();
});

test('accepts nothing that has not failed', async () => {
  expect(await command('redrive', '--accept', '2026-01-01', '--yes')).toMatchObject({
    code: 2,
    stderr: '2026-01-01 has not failed, so there is nothing to accept.\n',
  });
});
