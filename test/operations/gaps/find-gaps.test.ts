import fc from 'fast-check';
import { suggest, type Target } from '../../../services/cli/print/advice.ts';
import type { ReconnectNeeded } from '../../../services/operations/credentials/reconnect.ts';
import { findGaps, type GapContext, gapRanges } from '../../../services/operations/gaps/find-gaps.ts';
import { actionsOf } from '../../../services/operations/status/actions.ts';
import type { UnsettledDates } from '../../../services/operations/status/find-problems.ts';
import type { ServingProcess } from '../../../services/operations/status/sync-state.ts';
import { addDays, type DayRange, dayAtOffset, daysFrom, newestDay } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';
import { propertyRuns } from '../../helpers/property-runs.ts';
import { RUNNING } from '../../helpers/situation.ts';

const NONE = new Set<string>();
const UNSETTLED = { waiting: NONE, unretried: NONE, parked: NONE, expired: NONE, missing: NONE };

const contextIn = (
  process: ServingProcess | null,
  {
    target = { dataDir: '.data' },
    reconnect,
    ...dates
  }: Partial<UnsettledDates> & {
    target?: Target;
    reconnect?: ReconnectNeeded;
  } = {},
): GapContext => ({
  timeZone: 'America/Los_Angeles',
  today: '2026-03-31',
  lookBackDays: 7,
  now: Date.parse('2026-03-31T12:00:00-07:00'),
  state: {
    process,
    nextRun: process?.consumes ? '2026-03-31T19:30:00.000Z' : null,
    dates: { ...UNSETTLED, ...dates },
  },
  actions: actionsOf(process, reconnect, (script, ...options) => suggest(script, target, ...options)),
});
const CONTEXT = contextIn(RUNNING);

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
    accepted: null,
    run_id: 'r',
    last_checked_at: '2026-03-10T19:00:00.000Z',
    next_check_on: null,
    reason_since: null,
    incomplete: [],
    vanished_since: null,
    ...fields,
  },
];
/** @param range by default up to the last known date */
const gaps = (
  stored: string[],
  entries: [string, DayEntry][],
  range: DayRange = { to: [...stored, ...entries.map(([date]) => date)].sort().at(-1) },
  context = CONTEXT,
) => findGaps(new Set(stored), new Map(entries), range, context);

test('without a range, gaps are from the first known date to the last that is over', () => {
  const context = { ...CONTEXT, today: '2026-03-08' };
  const rows = gaps(['2026-03-01', '2026-03-04'], [entry('2026-03-05', {})], {}, context);
  expect(rows.map(({ date }) => date)).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-05',
    '2026-03-06',
    '2026-03-07',
  ]);
});

test('a date that is not over for the sleeper is no gap, whether it was requested or not', () => {
  const context = { ...CONTEXT, today: '2026-03-05' };
  const entries = [
    entry('2026-03-05', { state: 'not_over', reason: null }),
    entry('2026-03-06', { state: 'no_data', reason: 'not_worn' }),
  ];
  const range = { to: '2026-03-07' };
  expect(gaps(['2026-03-03'], entries, range, context).map(({ date }) => date)).toEqual(['2026-03-04']);
});

test('a date that is not over is listed if requesting it failed', () => {
  const context = { ...CONTEXT, today: '2026-03-05' };
  const error = { name: 'OuraUnavailable', message: 'away', at: '2026-03-05T19:00:00.000Z' };
  const rows = gaps([], [entry('2026-03-05', { state: 'parked', last_error: error })], {}, context);
  expect(rows).toMatchObject([{ date: '2026-03-05', state: 'parked', cause: 'OuraUnavailable' }]);
});

test('a date that was requested before it was over, and not since, says so', () => {
  const asked = entry('2026-03-05', { state: 'not_over', reason: null });
  const [row] = gaps([], [asked]);
  expect(row).toMatchObject({ date: '2026-03-05', state: 'not_over', reason: 'not_over' });
  expect(row).toMatchObject({ attempts: asked[1].attempts, last_checked_at: asked[1].last_checked_at });
  expect(row?.evidence).toBe('when it was requested, the date was not over, and Oura had no night yet');
});

test('whatever the clock and the sleeper’s zone, no date that is not over is without data', () => {
  const offsets = fc.integer({ min: -12 * 4, max: 14 * 4 }).map((quarters) => quarters * 15);
  const instants = fc.integer({
    min: Date.parse('2026-03-01T00:00:00Z'),
    max: Date.parse('2026-04-01T00:00:00Z'),
  });
  fc.assert(
    fc.property(instants, offsets, (now, minutes) => {
      const today = dayAtOffset(minutes, now);
      const dates = daysFrom(addDays(today, -3), newestDay(now));
      const entries = dates.map((date) => entry(date, {}));
      const rows = gaps([], entries, {}, { ...CONTEXT, today });
      const endOf = (date: string) => Date.parse(`${addDays(date, 1)}T00:00:00Z`) - minutes * 60_000;
      expect(rows.map(({ date }) => date)).toEqual(dates.filter((date) => endOf(date) <= now));
    }),
    propertyRuns(),
  );
});

test('there is no gap if nothing is known', () => {
  expect(gaps([], [])).toEqual([]);
});

test('a date that was not requested says how to request it', () => {
  const [row] = gaps([], [], { from: '2026-03-02', to: '2026-03-02' });
  expect(row).toMatchObject({ state: 'not_asked', reason: 'not_asked', last_checked_at: null });
  expect(row?.next).toContain('--from 2026-03-02 --to 2026-03-02');
});

test('the next run requests a date in its look-back again', () => {
  const [row] = gaps([], [entry('2026-03-09', {})]);
  expect(row).toMatchObject({
    reason: 'not_synced',
    evidence: 'no daily_activity record',
    next_check_on: '2026-03-11',
  });
  expect(row?.next).toContain('open the Oura app');
});

test('a date that leaves the look-back says how to request it', () => {
  // The run of the 11th looks back to the 5th.
  const [last, first] = gaps([], [entry('2026-03-04', {}), entry('2026-03-05', {})]);
  expect(last?.next_check_on).toBeNull();
  expect(last?.next).toContain('npm run backfill');
  expect(first?.next_check_on).toBe('2026-03-11');
});

test('a settled date is not requested again', () => {
  const [row] = gaps([], [entry('2026-03-09', { reason: 'not_worn', settled: true })]);
  expect(row).toMatchObject({ settled: true, next_check_on: null, next: 'settled: not requested again' });
});

test.each<[Target, string]>([
  [{ dataDir: '.data' }, 'npm run redrive'],
  [{ dataDir: '/tmp/try' }, 'npm run redrive -- --data-dir /tmp/try'],
  [{ dataDir: '.data', aws: true }, 'npm run redrive -- --aws'],
])('a parked date names its cause and the redrive command (%j)', (target, command) => {
  const last_error = {
    name: 'OuraUnavailable',
    message: 'Oura is unavailable',
    at: '2026-03-10T19:00:00.000Z',
  };
  const parked = entry('2026-02-01', { state: 'parked', reason: 'OuraUnavailable', last_error, attempts: 5 });
  const [row] = gaps([], [parked], {}, contextIn(RUNNING, { target }));
  expect(row).toMatchObject({ state: 'parked', reason: 'parked', cause: 'OuraUnavailable', attempts: 5 });
  expect(row?.next).toBe(`run ${command}`);
});

test('a stored night is not a gap, even if its last re-read failed', () => {
  expect(gaps(['2026-03-09'], [entry('2026-03-09', { state: 'stored' })])).toEqual([]);
});

test('a range outside of the known dates has gaps', () => {
  const known = [entry('2026-03-05', {})];
  const dates = (range: DayRange) => gaps([], known, range).map(({ date }) => date);
  expect(dates({ from: '2026-03-29' })).toEqual(['2026-03-29', '2026-03-30']);
  expect(dates({ to: '2026-03-03' })).toEqual(['2026-03-03']);
});

test('consecutive dates with the same facts are one range with one advice', () => {
  const rows = gaps(
    ['2026-02-05'],
    [
      entry('2026-02-01', {}),
      entry('2026-02-02', { attempts: 3 }),
      entry('2026-02-03', {}),
      entry('2026-02-04', { reason: 'not_worn' }),
      entry('2026-02-06', {}),
      entry('2026-02-07', {
        state: 'parked',
        reason: null,
        last_error: { name: 'OuraUnavailable', message: 'm', at: '2026-03-10T19:00:00.000Z' },
      }),
    ],
    { from: '2016-01-01', to: '2026-02-07' },
  );
  const ranges = gapRanges(rows, CONTEXT);
  expect(ranges.map(({ from, to, dates, reason }) => [from, to, dates, reason])).toEqual([
    ['2016-01-01', '2026-01-31', 3684, 'not_asked'],
    ['2026-02-01', '2026-02-03', 3, 'not_synced'],
    ['2026-02-04', '2026-02-04', 1, 'not_worn'],
    ['2026-02-06', '2026-02-06', 1, 'not_synced'],
    ['2026-02-07', '2026-02-07', 1, 'parked'],
  ]);
  // More than `start` takes at once: a backfill takes them all.
  expect(ranges[0]?.next).toBe('to request them, run npm run backfill -- --from 2016-01-01 --to 2026-01-31');
  expect(ranges[1]?.next).toContain(
    'to request them again, run npm run backfill -- --from 2026-02-01 --to 2026-02-03',
  );
  expect(ranges[2]?.next).toBe(rows.find(({ date }) => date === '2026-02-04')?.next);
});

test('a stored night that vanished at Oura is listed, with since when', () => {
  const vanished = entry('2026-03-02', {
    state: 'stored',
    reason: null,
    settled: true,
    vanished_since: '2026-03-10T19:00:00.000Z',
  });
  expect(gaps(['2026-03-01', '2026-03-02', '2026-03-03'], [vanished])).toMatchObject([
    {
      date: '2026-03-02',
      state: 'vanished',
      reason: 'vanished',
      evidence: 'no record since 2026-03-10; the stored night is kept',
      next: 'settled: not requested again',
    },
  ]);
});

test('an accepted date says what was accepted, and when it is requested again', () => {
  const error = { name: 'InvalidRecord', message: 'Invalid sleep record', at: '2026-03-11T19:00:00.000Z' };
  const accepted = (date: string, next_check_on: string | null) =>
    entry(date, {
      state: 'accepted',
      reason: error.name,
      evidence: error.message,
      accepted: error,
      last_checked_at: '2026-03-30T19:00:00.000Z',
      next_check_on,
    });
  const rows = gaps([], [accepted('2026-03-01', '2026-03-31'), accepted('2026-03-20', '2026-04-03')]);
  expect(rows.filter(({ state }) => state === 'accepted')).toMatchObject([
    {
      reason: 'accepted',
      cause: 'InvalidRecord',
      evidence: 'accepted on 2026-03-11: Invalid sleep record',
      next_check_on: null,
      next: expect.stringContaining('to request it again'),
    },
    { next_check_on: '2026-04-03', next: 'requested again on 2026-04-03' },
  ]);
});

const PARKED = {
  state: 'parked',
  reason: null,
  last_error: { name: 'OuraUnavailable', message: 'm', at: '2026-03-10T19:00:00.000Z' },
} as const;
const DENIED: ReconnectNeeded = { since: null, cause: 'ReconnectNeeded' };
const nextOf = (entries: [string, DayEntry][], context: GapContext, date = '2026-03-29') =>
  gaps([], entries, { from: date, to: date }, context)[0]?.next;
const FRESH = { last_checked_at: '2026-03-30T19:00:00.000Z' };

test('a waiting date is a gap, and says what works on it', () => {
  const waiting = new Set(['2026-03-29']);
  for (const [process, next] of [
    [RUNNING, 'its run continues'],
    [null, 'nothing is running: run npm start'],
  ] as const) {
    const rows = gaps(['2026-03-28'], [], { to: '2026-03-30' }, contextIn(process, { waiting }));
    expect(rows).toMatchObject([
      { date: '2026-03-29', state: 'waiting', reason: 'waiting', next },
      { date: '2026-03-30', state: 'not_asked' },
    ]);
  }
});

test('a failed date is retried only while something runs and has its message', () => {
  const failed = [entry('2026-03-29', { ...PARKED, state: 'failed' })];
  expect(nextOf(failed, CONTEXT)).toBe('its run retries it');
  expect(nextOf(failed, contextIn(null))).toBe('nothing is running: run npm start');
  const unretried = new Set(['2026-03-29']);
  expect(nextOf(failed, contextIn(RUNNING, { unretried }))).toBe(
    'to request it again, run npm run backfill -- --from 2026-03-29 --to 2026-03-29 --again',
  );
});

test('nothing is requested again by itself while nothing runs', () => {
  const dates = [entry('2026-03-29', FRESH)];
  expect(nextOf(dates, CONTEXT)).toBe('open the Oura app to sync the ring; requested again on 2026-03-31');
  expect(nextOf(dates, contextIn(null))).toBe(
    'open the Oura app to sync the ring; to request it again, run npm start',
  );
});

test('while Oura denies access, every advice is to connect', () => {
  const target = { dataDir: '/tmp/try' };
  const connect = 'run npm run connect -- --data-dir /tmp/try';
  for (const process of [RUNNING, null]) {
    const context = contextIn(process, { target, reconnect: DENIED, waiting: new Set(['2026-03-27']) });
    const entries = [
      entry('2026-03-29', FRESH),
      entry('2026-03-28', { ...FRESH, ...PARKED }),
      entry('2026-03-26', { ...FRESH, ...PARKED, state: 'failed' }),
    ];
    for (const date of ['2026-03-29', '2026-03-28', '2026-03-27', '2026-03-26', '2026-03-25']) {
      const next = nextOf(entries, context, date) ?? '';
      expect(next.startsWith(connect) || next.includes(`, ${connect}`)).toBe(true);
      expect(next).not.toMatch(/open the Oura app|requested again/);
    }
  }
});

test('a parked date whose message is lost is requested, not redriven', () => {
  const entries = [entry('2026-02-01', PARKED), entry('2026-02-02', PARKED)];
  const context = contextIn(null, { expired: new Set(['2026-02-01']) });
  expect(nextOf(entries, context, '2026-02-01')).toBe(
    'its message is lost; to request it again, run npm run backfill -- --from 2026-02-01 --to 2026-02-01 --again',
  );
  expect(nextOf(entries, context, '2026-02-02')).toBe('run npm run redrive');
  const rows = gaps([], entries, { to: '2026-02-02' }, context);
  expect(gapRanges(rows, context).map(({ from, to }) => [from, to])).toEqual([
    ['2026-02-01', '2026-02-01'],
    ['2026-02-02', '2026-02-02'],
  ]);
});

test('a night that the table has lost is a gap of its own', () => {
  const context = contextIn(null, { missing: new Set(['2026-03-29']) });
  expect(gaps([], [entry('2026-03-29', { state: 'stored' })], { to: '2026-03-29' }, context)).toMatchObject([
    { state: 'missing', next: 'to request it, run npm start -- --once --from 2026-03-29 --to 2026-03-29' },
  ]);
});

test('a check by a clock that was ahead does not postpone the next one', () => {
  const ahead = [entry('2026-03-29', { last_checked_at: '2027-03-30T19:00:00.000Z' })];
  expect(nextOf(ahead, CONTEXT)).toContain('requested again on 2026-04-01');
});

test('advice stops a page that has the folder open before it runs the pipeline', () => {
  const context = contextIn({ pid: 12, consumes: false });
  expect(nextOf([], context)).toBe(
    'to request it, stop npm run dashboard (process 12), then run npm start -- --once --from 2026-03-29 --to 2026-03-29',
  );
});
