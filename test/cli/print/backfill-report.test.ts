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
  not_over: 0,
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

test('reports counts, requests and duration of a backfill without gaps', () => {
  expect(report({ standing, runs: [run({})], halt: undefined })).toEqual([
    '4 of 4 dates finished: 4 nights written, 0 unchanged, 0 without data, 0 failed, 0 unfinished.',
    '8 requests to Oura (2.000 per date); 2 s, 2.0 dates/s.',
  ]);
});

test('names dates that are not over, which have neither a night nor a reason', () => {
  const lines = report({
    standing: { ...standing, stored: 3, not_over: 1 },
    runs: [run({})],
    halt: undefined,
  });
  expect(lines[0]).toContain('3 nights written, 0 unchanged, 0 without data, 1 not over yet, 0 failed,');
});

test('counts dates without data by reason, most frequent first, and names the command that lists them', () => {
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
    'To see each date without a night, run npm run gaps -- --from 2026-01-01 --to 2026-03-10.',
  );
});

test('if planning failed, names the remedy and the command that continues', () => {
  const refused = run({ cause: 'AccessForbidden' });
  const halt = { run_id: refused.run_id, run: refused };
  const lines = report({ standing: { ...standing, done: 0, stored: 0, pending: 4 }, runs: [], halt });
  expect(lines).toContainEqual(expect.stringMatching(/could not be planned: Oura forbids access/));
  expect(lines).toContain(`Remaining: 4 dates. To continue once the problem is fixed, run ${AGAIN}.`);
});

test('if a run stored nothing, reports its causes and the remaining dates', () => {
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
  expect(lines).toContain('Stopped after run backfill-1, which stored nothing.');
  expect(lines).toContain(`Remaining: 2 dates. To continue once the problem is fixed, run ${AGAIN}.`);
});

const found = { open: [], stored: 0, noData: 0, notOver: 0, underWay: new Set<string>(), left: [] };
test('reports the settled dates before the first request', () => {
  expect(openDatesLine({ ...found, stored: 60, noData: 9 }, RANGE)).toBe(
    'Nothing to request from 2026-01-01 to 2026-03-10: 60 stored, 9 without data.',
  );
  expect(openDatesLine({ ...found, open: ['2026-01-01'], stored: 60, noData: 8 }, RANGE)).toBe(
    '1 date to request from 2026-01-01 to 2026-03-10. Skipped: 60 stored, 8 without data.',
  );
  expect(openDatesLine({ ...found, open: ['2026-01-01'], notOver: 1 }, RANGE)).toBe(
    '1 date to request from 2026-01-01 to 2026-03-10. Skipped: 0 stored, 0 without data, 1 not over yet.',
  );
});

test('says that the newest dates come first if there are several runs', () => {
  const open = daysFrom('2019-01-01', '2026-03-10');
  expect(openDatesLine({ ...found, open }, { ...RANGE, from: '2019-01-01' })).toBe(
    '2626 dates to request from 2019-01-01 to 2026-03-10, the newest 1300 first.',
  );
});

test('counts the continued runs of an earlier backfill', () => {
  const left = (run_id: string) => ({ run_id, executionArn: run_id, run: run({ run_id }) });
  const line = (...run_ids: string[]) => openDatesLine({ ...found, left: run_ids.map(left) }, RANGE);
  expect(line('one')).toMatch(/ Continuing 1 run of an earlier backfill\.$/);
  expect(line('one', 'other')).toMatch(/ Continuing 2 runs of an earlier backfill\.$/);
});

test('uses the singular for one', () => {
  const one = { ...standing, done: 1, total: 2, stored: 1, pending: 1, requests: 1 };
  const lines = report({ standing: one, runs: [], halt: { run_id: 'backfill-1', run: undefined } });
  expect(lines).toEqual([
    '1 of 2 dates finished: 1 night written, 0 unchanged, 0 without data, 0 failed, 1 unfinished.',
    '1 request to Oura (1.000 per date); 2 s, 0.5 dates/s.',
    'Stopped after run backfill-1, which stored nothing.',
    `Remaining: 1 date. To continue once the problem is fixed, run ${AGAIN}.`,
  ]);
});
