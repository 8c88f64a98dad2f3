import { expect, jest, test } from '@jest/globals';
import { MOST_LISTED, summarize } from '../../services/summary/summarize.ts';
import type { Days } from '../../shared/aws/store/days.ts';
import type { Runs } from '../../shared/aws/store/runs.ts';
import { addDays, daysFrom } from '../../shared/core/day.ts';
import type { DayEntry, Run } from '../../shared/core/ledger.ts';
import { runOf } from '../helpers/run.ts';

const run = (fields: Partial<Run>): Run => runOf({ finished_at: '2026-03-10T20:01:00.000Z', ...fields });
const stores = (closed: Run, entries: readonly [string, Partial<DayEntry>][] = []) => {
  const finish = jest.fn<Runs['finish']>(
    async () => ({ run: closed }) as Awaited<ReturnType<Runs['finish']>>,
  );
  const get = jest.fn<Days['get']>(async () => new Map(entries) as Map<string, DayEntry>);
  return { finish, get, runs: { finish } as Partial<Runs> as Runs, days: { get } as Partial<Days> as Days };
};

test('closes a run that did not fail without a cause', async () => {
  const { finish, runs, days } = stores(run({ stored: ['2026-03-09'] }));
  const summary = await summarize({ run_id: 'r', state: { trigger: 'manual' } } as never, runs, days);
  expect(finish).toHaveBeenCalledWith('r', { trigger: 'manual', cause: null });
  expect(summary).toMatchObject({
    status: 'complete',
    counts: { stored: 1 },
    failed_by_cause: {},
    first_failures: [],
    first_unfinished: [],
  });
});

test('uses the name of the error that made Plan fail as the cause', async () => {
  const { finish, runs, days } = stores(run({}));
  const failure = { Error: 'CredentialsRejected', Cause: 'x' };
  await summarize({ run_id: 'r', state: { trigger: 'schedule', failure } }, runs, days);
  expect(finish).toHaveBeenCalledWith('r', { trigger: 'schedule', cause: 'CredentialsRejected' });
});

test('each failed date has its last error, or unknown if the ledger has none', async () => {
  const failed = ['2026-03-07', '2026-03-08', '2026-03-09'];
  const { get, runs, days } = stores(run({ failed, pending: ['2026-03-10'] }), [
    ['2026-03-07', { last_error: { name: 'OuraUnavailable', message: 'timeout', at: '' } }],
    ['2026-03-08', { last_error: null }],
  ]);
  const summary = await summarize({ run_id: 'r', state: { trigger: 'manual' } } as never, runs, days);
  expect(get).toHaveBeenCalledWith(failed);
  expect(summary.failed_by_cause).toEqual({ OuraUnavailable: 1, unknown: 2 });
  expect(summary.first_failures).toEqual([
    { date: '2026-03-07', name: 'OuraUnavailable', message: 'timeout' },
    { date: '2026-03-08', name: 'unknown', message: '' },
    { date: '2026-03-09', name: 'unknown', message: '' },
  ]);
  expect(summary.first_unfinished).toEqual(['2026-03-10']);
});

test('counts every failure but lists only the first, so that the output of a full run stays far below 256 KiB', async () => {
  const failed = daysFrom('1996-01-01', addDays('1996-01-01', 19_999));
  const error = { name: 'OuraUnavailable', message: '"'.repeat(300), at: '' };
  const remarks = failed.slice(0, 200).map((date) => `sleep: 1 record without a day near ${date}`);
  const { runs, days } = stores(
    run({ failed, pending: failed.map((date) => date.replace(/^./, '3')), remarks }),
    failed.map((date) => [date, { last_error: error }]),
  );
  const summary = await summarize({ run_id: 'r', state: { trigger: 'manual' } } as never, runs, days);
  expect(summary).toMatchObject({
    counts: { failed: 20_000, pending: 20_000 },
    failed_by_cause: { OuraUnavailable: 20_000 },
  });
  expect(summary.first_failures.map(({ date }) => date)).toEqual(failed.slice(0, MOST_LISTED));
  expect(summary.first_unfinished).toHaveLength(MOST_LISTED);
  expect(summary.remarks).toHaveLength(MOST_LISTED);
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(262_144 / 4);
});
