import { backfillReport, openDatesLine } from '../../../services/cli/print/backfill-report.ts';
import type { Backfilled } from '../../../services/operations/backfill/run-chunks.ts';
import { daysFrom } from '../../../shared/core/day.ts';
import type { DayEntry, Run } from '../../../shared/core/ledger.ts';
import { runOf } from '../../helpers/run.ts';

const RANGE = { from: '2026-01-01', to: '2026-03-10' };
const TARGET = { dataDir: '.data' };
const AGAIN = 'npm run backfill -- --from 2026-01-01';

const run = (fields: Partial<Run>): Run =>
  runOf({
    run_id: 'backfill-1',
    trigger: 'backfill',
    finished_at: '2026-03-10T20:00:10.000Z',
    requests: 8,
    ...fields,
  });
const standing = {
  done: 4,
  total: 4,
  pending: 0,
  stored: 4,
  unchanged: 0,
  no_data: 0,
  failed: 0,
  requests: 8,
};
const entry = (date: string, fields: Partial<DayEntry>): [string, DayEntry] => [
  date,
  { date, state: 'no_data', reason: 'not_worn', last_error: null, ...fields } as DayEntry,
];
const report = (ended: Backfilled, entries: [string, DayEntry][] = []) =>
  backfillReport(ended, {
    entries: new Map(entries),
    seconds: 2,
    range: RANGE,
    again: AGAIN,
    target: TARGET,
  });

test('a backfill without gaps tells its counts, its requests and its time', () => {
  expect(report({ standing, runs: [run({})], halt: undefined })).toEqual([
    '4 of 4 dates ended: 4 nights written, 0 unchanged, 0 without data, 0 failed, 0 unfinished.',
    '8 requests to Oura (2.000 a date); 2 s, 2.0 dates/s.',
  ]);
});

test('dates without data are counted by reason, the commonest first, and the command that lists them is named', () => {
  const no_data = ['2026-01-01', '2026-01-02', '2026-01-03'];
  const entries = [
    entry('2026-01-01', { reason: 'not_synced' }),
    entry('2026-01-02', {}),
    entry('2026-01-03', {}),
  ];
  const lines = report(
    { standing: { ...standing, stored: 1, no_data: 3 }, runs: [run({ no_data })], halt: undefined },
    entries,
  );
  expect(lines).toContain('Without data: 2 not_worn, 1 not_synced.');
  expect(lines.at(-1)).toBe(
    'npm run gaps -- --from 2026-01-01 --to 2026-03-10 tells about each date without a night.',
  );
});

test('where the plan was refused, the remedy is told and the command that goes on', () => {
  const refused = run({ cause: 'AccessForbidden' });
  const halt = { run_id: refused.run_id, run: refused };
  const lines = report({ standing: { ...standing, done: 0, stored: 0, pending: 4 }, runs: [], halt });
  expect(lines).toContainEqual(expect.stringMatching(/could not be planned: Oura forbids access/));
  expect(lines).toContain(`4 dates are left: once that is mended, ${AGAIN} goes on.`);
});

test('where nothing came of a run, its causes are told, and that the rest was not asked for', () => {
  const failed = ['2026-03-09', '2026-03-10'];
  const last_error = { name: 'OuraUnavailable', message: 'sleep: 503', at: '2026-03-10T20:00:00.000Z' };
  const dead = run({ failed });
  const lines = report(
    {
      standing: { ...standing, done: 2, stored: 0, failed: 2 },
      runs: [dead],
      halt: { run_id: dead.run_id, run: dead },
    },
    failed.map((date) => entry(date, { state: 'parked', last_error })),
  );
  expect(lines).toContain('  2 dates, 2026-03-09 to 2026-03-10: OuraUnavailable: sleep: 503');
  expect(lines).toContain('Stopped after run backfill-1, of which nothing came.');
  expect(lines).toContain(`2 dates are left: once that is mended, ${AGAIN} goes on.`);
});

const found = { open: [], stored: 0, noData: 0, underWay: new Set<string>(), left: [] };
test('what is settled is told before anything is asked for', () => {
  expect(openDatesLine({ ...found, stored: 60, noData: 9 }, RANGE)).toBe(
    'Nothing to ask for from 2026-01-01 to 2026-03-10: 60 are stored, 9 have no data.',
  );
  expect(openDatesLine({ ...found, open: ['2026-01-01'], stored: 60, noData: 8 }, RANGE)).toBe(
    '1 date to ask for from 2026-01-01 to 2026-03-10. Skipped: 60 are stored, 8 have no data.',
  );
});

test('which dates are first is told where they take several runs', () => {
  const open = daysFrom('2019-01-01', '2026-03-10');
  expect(openDatesLine({ ...found, open }, { ...RANGE, from: '2019-01-01' })).toBe(
    '2626 dates to ask for from 2019-01-01 to 2026-03-10, the newest 1300 first.',
  );
});

test('the runs of an earlier backfill that go on are counted', () => {
  const left = (run_id: string) => ({ run_id, executionArn: run_id, run: run({ run_id }) });
  const line = (...run_ids: string[]) => openDatesLine({ ...found, left: run_ids.map(left) }, RANGE);
  expect(line('one')).toMatch(/ 1 run of an earlier backfill goes on\.$/);
  expect(line('one', 'other')).toMatch(/ 2 runs of an earlier backfill go on\.$/);
});

test('one of a thing is told as one', () => {
  const one = { ...standing, done: 1, total: 2, stored: 1, pending: 1, requests: 1 };
  const lines = report({ standing: one, runs: [], halt: { run_id: 'backfill-1', run: undefined } });
  expect(lines).toEqual([
    '1 of 2 dates ended: 1 night written, 0 unchanged, 0 without data, 0 failed, 1 unfinished.',
    '1 request to Oura (1.000 a date); 2 s, 0.5 dates/s.',
    'Stopped after run backfill-1, of which nothing came.',
    `1 date is left: once that is mended, ${AGAIN} goes on.`,
  ]);
});
