import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDays, type Days } from '../../../shared/aws/store/days.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

const DATE = '2026-03-10';
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`);

let tables: TestTables;
let days: Days;
beforeAll(async () => {
  tables = await openTables();
  days = createDays(tables.dynamodb, 'OuraSyncTable');
});
beforeEach(() => tables.clear());
afterAll(() => tables.stop());

const entry = async () => (await days.get([DATE])).get(DATE);
const checked = (time: string, attempts = 1) => ({
  run_id: `run-${time}`,
  attempts,
  at: at(time),
  next_check_on: null,
});
const stored = (time: string, settled = false) =>
  days.stored(DATE, { ...checked(time), next_check_on: '2026-03-11', settled });
const noData = (time: string, reason: 'not_synced' | 'not_worn' = 'not_worn', since = time) =>
  days.noData(DATE, { ...checked(time), reason, evidence: 'evidence', settled: false, since: at(since) });
const failed = (time: string, state: 'failed' | 'parked' = 'failed', attempts = 1) =>
  days.failed(DATE, {
    ...checked(time, attempts),
    state,
    error: { name: 'OuraUnavailable', message: 'Oura is unavailable' },
  });

test('a date without a write has no entry', async () => {
  expect(await entry()).toBeUndefined();
});

test('an entry of a clock that was ahead does not keep later responses out', async () => {
  const ahead = Date.parse('2026-12-31T12:00:00Z');
  const wrong = { ...checked('19:00:00'), at: ahead };
  await days.stored(DATE, { ...wrong, settled: false });
  await stored('20:00:00');
  expect(await entry()).toMatchObject({ state: 'stored', last_checked_at: '2026-03-10T20:00:00.000Z' });
  for (const write of [() => noData('21:00:00'), () => days.notOver(DATE, { ...checked('21:00:00') })]) {
    await tables.clear();
    await days.notOver(DATE, wrong);
    await write();
    expect(await entry()).toMatchObject({ last_checked_at: '2026-03-10T21:00:00.000Z' });
  }
});

test('a stored night has no reason and no error', async () => {
  await stored('19:00:00');
  expect(await entry()).toEqual({
    date: DATE,
    state: 'stored',
    reason: null,
    evidence: null,
    settled: false,
    attempts: 1,
    last_error: null,
    accepted: null,
    run_id: 'run-19:00:00',
    last_checked_at: '2026-03-10T19:00:00.000Z',
    next_check_on: '2026-03-11',
    reason_since: null,
    incomplete: [],
    vanished_since: null,
  });
});

test('"no data" has a reason, the evidence, and the time since when every response has given this reason', async () => {
  await noData('20:00:00', 'not_worn', '09:00:00');
  expect(await entry()).toMatchObject({
    state: 'no_data',
    reason: 'not_worn',
    evidence: 'evidence',
    last_checked_at: '2026-03-10T20:00:00.000Z',
    reason_since: '2026-03-10T09:00:00.000Z',
    last_error: null,
  });
});

test('a date that is not over has neither a reason nor an error, whatever an earlier run found', async () => {
  const notOver = (time: string) => days.notOver(DATE, checked(time));
  await failed('19:00:00', 'parked');
  await notOver('18:00:00');
  expect(await entry()).toMatchObject({ state: 'parked' });
  await notOver('20:00:00');
  const nothing = { reason: null, evidence: null, last_error: null, settled: false, reason_since: null };
  expect(await entry()).toMatchObject({ state: 'not_over', run_id: 'run-20:00:00', ...nothing });
  await noData('21:00:00');
  await stored('22:00:00');
  await notOver('23:00:00');
  expect(await entry()).toMatchObject({ state: 'stored', last_checked_at: '2026-03-10T22:00:00.000Z' });
});

test('a failure has its name and message, the time and the attempt', async () => {
  await failed('19:00:00', 'failed', 3);
  expect(await entry()).toMatchObject({
    state: 'failed',
    reason: 'OuraUnavailable',
    attempts: 3,
    settled: false,
    last_error: {
      name: 'OuraUnavailable',
      message: 'Oura is unavailable',
      at: '2026-03-10T19:00:00.000Z',
    },
  });
});

test('a date goes from failed to parked to stored, which clears its error', async () => {
  await failed('19:00:00');
  await failed('20:00:00', 'parked', 5);
  expect(await entry()).toMatchObject({ state: 'parked', attempts: 5 });
  await stored('21:00:00');
  expect(await entry()).toMatchObject({ state: 'stored', reason: null, last_error: null, attempts: 1 });
});

test('a failure ends a series of equal responses', async () => {
  await noData('19:00:00');
  await failed('20:00:00');
  expect(await entry()).toMatchObject({ state: 'failed', reason_since: null, evidence: null });
});

test('a date without data stays so if a second delivery of its message fails', async () => {
  await noData('19:00:00');
  const before = await entry();
  const error = { name: 'WorkerCrashed', message: 'The worker did not answer' };
  await days.failed(DATE, { ...checked('19:00:00', 5), at: at('20:00:00'), state: 'parked', error });
  expect(await entry()).toEqual(before);
});

test('a date without data is recorded so, even if a second delivery of its message has just failed', async () => {
  const error = { name: 'OuraUnavailable', message: 'Oura is unavailable' };
  await days.failed(DATE, { ...checked('19:00:00'), at: at('20:00:00'), state: 'failed', error });
  await noData('19:00:00');
  expect(await entry()).toMatchObject({ state: 'no_data', reason: 'not_worn', last_error: null });
});

test.each([
  ['"no data"', () => noData('18:00:00'), () => noData('19:00:00', 'not_synced')],
  ['failure', () => failed('18:00:00'), () => noData('19:00:00', 'not_synced')],
  ['"no data"', () => noData('18:00:00'), () => failed('19:00:00')],
  ['stored night', () => stored('18:00:00', true), () => stored('19:00:00')],
])('an older %s does not replace a newer entry', async (_what, older, newer) => {
  await newer();
  const before = await entry();
  await older();
  expect(await entry()).toEqual(before);
});

test('a stored night stays stored after a later failure', async () => {
  // One delivery fails after another one has requested the date and before it succeeds.
  await failed('19:00:00');
  await stored('18:59:00');
  expect(await entry()).toMatchObject({ state: 'stored', last_error: null });
});

test('a failed re-read leaves a stored night stored, and records the error', async () => {
  await stored('19:00:00');
  const before = await entry();
  await failed('20:00:00', 'failed', 2);
  const error = { name: 'OuraUnavailable', message: 'Oura is unavailable', at: '2026-03-10T20:00:00.000Z' };
  expect(await entry()).toEqual({ ...before, attempts: 2, last_error: error });
});

test('a parked re-read leaves a stored night stored, and records the error', async () => {
  await stored('19:00:00');
  await failed('20:00:00', 'parked', 5);
  expect(await entry()).toMatchObject({ state: 'stored', last_error: { name: 'OuraUnavailable' } });
});

test('a failure from before a night was stored is not recorded', async () => {
  await stored('20:00:00');
  const before = await entry();
  await failed('19:00:00');
  expect(await entry()).toEqual(before);
});

test('"no data" does not erase a stored night', async () => {
  await stored('19:00:00');
  const before = await entry();
  await noData('20:00:00');
  expect(await entry()).toEqual(before);
});

test('scans every entry, and nothing else of the ledger', async () => {
  await stored('19:00:00');
  await days.noData('2026-03-09', {
    ...checked('19:00:00'),
    reason: 'not_worn',
    evidence: 'evidence',
    settled: true,
    since: 0,
  });
  await tables.dynamodb.send(
    new PutCommand({
      TableName: 'OuraSyncTable',
      Item: { pk: 'lock#rate-limit', not_before: 1 },
    }),
  );
  const entries = await Array.fromAsync(days.scan());
  expect(entries.map(({ date }) => date).sort()).toEqual(['2026-03-09', DATE]);
});

test('throws if the table cannot be written', async () => {
  tables.calls.failNext('UpdateItemCommand', new Error('no table'));
  await expect(stored('19:00:00')).rejects.toThrow('no table');
});

describe('an accepted failure', () => {
  const ACCEPTED = { name: 'InvalidRecord', message: 'Invalid sleep record', at: '2026-03-10T21:00:00.000Z' };
  const invalid = (time: string, message = ACCEPTED.message) =>
    days.failed(DATE, { ...checked(time), state: 'parked', error: { name: ACCEPTED.name, message } });
  const accept = async (time = '20:00:00') =>
    days.accepted(DATE, { ...checked(time), next_check_on: '2026-03-11', accepted: ACCEPTED });

  test('replaces the failure of a date without a night', async () => {
    await invalid('20:00:00');
    await accept();
    expect(await entry()).toMatchObject({
      state: 'accepted',
      reason: 'InvalidRecord',
      evidence: 'Invalid sleep record',
      last_error: null,
      accepted: ACCEPTED,
      next_check_on: '2026-03-11',
    });
  });

  test('leaves a stored night stored', async () => {
    await stored('19:00:00');
    await invalid('20:00:00');
    await accept();
    expect(await entry()).toMatchObject({ state: 'stored', last_error: null, accepted: ACCEPTED });
  });

  test('outlasts a failure that may pass, and no other answer', async () => {
    for (const [answer, left] of [
      [() => failed('22:00:00', 'parked'), ACCEPTED],
      [() => invalid('22:00:00', 'another'), null],
      [() => noData('22:00:00'), null],
      [() => days.notOver(DATE, checked('22:00:00')), null],
      [() => stored('22:00:00'), null],
    ] as const) {
      await tables.clear();
      await invalid('20:00:00');
      await accept();
      await answer();
      expect((await entry())?.accepted).toEqual(left);
      expect((await entry())?.state).not.toBe('accepted');
    }
  });

  test('stays if a second delivery in the same run fails, and if an older answer comes late', async () => {
    await invalid('20:00:00');
    await accept();
    await days.failed(DATE, {
      ...checked('20:00:00'),
      at: at('22:00:00'),
      state: 'parked',
      error: { name: 'OuraUnavailable', message: 'away' },
    });
    await noData('19:00:00');
    expect(await entry()).toMatchObject({ state: 'accepted', accepted: ACCEPTED });
  });
});
