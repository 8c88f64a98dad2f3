import { findGaps, type GapContext } from '../../services/analytics/gaps.ts';
import { gapActions } from '../../services/cli/print/advice.ts';
import type { DayEntry } from '../../shared/contract/ledger.ts';

const CONTEXT: GapContext = {
  timeZone: 'America/Los_Angeles',
  lookBackDays: 7,
  actions: gapActions({ dataDir: '.data' }),
};

const entry = (date: string, fields: Partial<DayEntry>): [string, DayEntry] => [
  date,
  {
    date,
    state: 'no_data',
    reason: 'not_synced',
    evidence: 'no daily_activity record',
    settled: false,
    attempts: 1,
    last_error: null,
    run_id: 'r',
    last_checked_at: '2026-03-10T19:00:00.000Z',
    next_check_on: null,
    reason_since: null,
    ...fields,
  },
];
const gaps = (stored: string[], entries: [string, DayEntry][], range = {}, context = CONTEXT) =>
  findGaps(new Set(stored), new Map(entries), range, context);

test('without a range, the gaps lie between the first and the last date that anything is known of', () => {
  const rows = gaps(['2026-03-01', '2026-03-04'], [entry('2026-03-05', {})]);
  expect(rows.map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-03', '2026-03-05']);
});

test('where nothing is known there is no gap', () => {
  expect(gaps([], [])).toEqual([]);
});

test('a date that nobody has asked for says so, and how to ask', () => {
  const [row] = gaps([], [], { from: '2026-03-02', to: '2026-03-02' });
  expect(row).toMatchObject({ state: 'not_asked', reason: 'not_asked', last_checked_at: null });
  expect(row?.next).toContain('--from 2026-03-02 --to 2026-03-02');
});

test('a date inside the look-back of the next run is asked for again by it', () => {
  const [row] = gaps([], [entry('2026-03-09', {})]);
  expect(row).toMatchObject({
    reason: 'not_synced',
    evidence: 'no daily_activity record',
    next_check_on: '2026-03-11',
  });
  expect(row?.next).toContain('open the Oura app');
});

test('a date that leaves the look-back is asked for by nobody, and says how to ask', () => {
  // The run of the 11th looks back to the 5th.
  const [last, first] = gaps([], [entry('2026-03-04', {}), entry('2026-03-05', {})]);
  expect(last?.next_check_on).toBeNull();
  expect(last?.next).toContain('npm start');
  expect(first?.next_check_on).toBe('2026-03-11');
});

test('a settled reason is not asked about again', () => {
  const [row] = gaps([], [entry('2026-03-09', { reason: 'not_worn', settled: true })]);
  expect(row).toMatchObject({ settled: true, next_check_on: null, next: 'settled: not asked again' });
});

test.each([
  [{ dataDir: '.data' }, 'npm run redrive'],
  [{ dataDir: '/tmp/try' }, 'npm run redrive -- --data-dir /tmp/try'],
  [{ dataDir: '.data', aws: true }, 'npm run redrive -- --aws'],
])('a parked date names its cause and the command that asks again (%j)', (target, command) => {
  const last_error = {
    name: 'OuraUnavailable',
    message: 'Oura is unavailable',
    at: '2026-03-10T19:00:00.000Z',
  };
  const parked = entry('2026-02-01', { state: 'parked', reason: 'OuraUnavailable', last_error, attempts: 5 });
  const [row] = gaps([], [parked], {}, { ...CONTEXT, actions: gapActions(target) });
  expect(row).toMatchObject({ state: 'parked', reason: 'parked', cause: 'OuraUnavailable', attempts: 5 });
  expect(row?.next).toContain(`${command};`);
});

test('a stored night is no gap, whatever the ledger says of its last re-read', () => {
  expect(gaps(['2026-03-09'], [entry('2026-03-09', { state: 'stored' })])).toEqual([]);
});
