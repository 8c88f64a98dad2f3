import { outcomeOf, rowsOf, sentenceOf } from '../../../services/dashboard/page/pipeline/words.ts';
import type { RunRow, WorkRow } from '../../../services/dashboard/server/api.ts';

const NONE = { planned: 0, pending: 0, stored: 0, unchanged: 0, no_data: 0, failed: 0 };
const AT = '2026-03-10T19:00:00.000Z';

const runOf = (
  changes: Omit<Partial<RunRow>, 'counts'> & { counts?: Partial<RunRow['counts']> } = {},
): RunRow => ({
  ...{
    run_id: 'manual-1',
    trigger: 'manual',
    started_at: AT,
    finished_at: AT,
    status: 'complete',
    cause: null,
  },
  ...changes,
  counts: { ...NONE, ...changes.counts },
});
const workOf = (run: RunRow, changes: Partial<WorkRow> = {}): WorkRow => ({
  ...run,
  ...{ range: null, parked: 0, note: null },
  ...changes,
});

const REDRIVEN = { planned: 31, stored: 3, unchanged: 27, failed: 1 };

test.each<[string, RunRow | WorkRow, string]>([
  ['a run that chooses its dates', runOf({ finished_at: null }), 'choosing the dates'],
  ['a redrive that begins', runOf({ trigger: 'redrive', finished_at: null }), 'reading the parked dates'],
  [
    'a running run',
    runOf({ finished_at: null, counts: { planned: 8, pending: 5, stored: 3 } }),
    '3 of 8 dates done: 3 written',
  ],
  ['a run without dates', runOf(), 'nothing new'],
  ['a redrive without dates', runOf({ trigger: 'redrive' }), 'nothing was parked'],
  [
    'a redrive with a date that fails again',
    workOf(runOf({ trigger: 'redrive', counts: REDRIVEN }), { parked: 1 }),
    '3 written, 27 unchanged, 1 failed, parked again',
  ],
  [
    'a sync whose dates fail in two ways',
    workOf(runOf({ counts: { planned: 3, no_data: 1, failed: 2 } }), { parked: 1 }),
    '1 without data, 2 failed, 1 of them parked',
  ],
  [
    'a run that was cut off',
    runOf({ counts: { planned: 3, pending: 2, stored: 1 } }),
    '1 written, 2 unfinished',
  ],
])('the outcome of %s is said in words', (_, row, words) => {
  expect(outcomeOf(row)).toBe(words);
});

test('a run whose plan failed says why and what to do', () => {
  expect(outcomeOf(runOf({ status: 'failed', cause: 'ReconnectNeeded' }))).toBe(
    'Oura no longer accepts the connection: reconnect needed. Run npm run connect',
  );
});

test('what else the user must know follows the outcome, and replaces an outcome that is unknown', () => {
  const note = 'Another redrive is already moving the parked messages.';
  expect(sentenceOf(workOf(runOf({ counts: REDRIVEN }), { note }))).toBe(
    `Synced: 3 written, 27 unchanged, 1 failed. ${note}`,
  );
  expect(sentenceOf(workOf(runOf({ status: 'failed' }), { note }))).toBe(note);
});

test('the list has every run once, the newest first, and what has started before the pipeline lists it', () => {
  const known = runOf({ counts: { planned: 1, failed: 1 } });
  const started = workOf(
    runOf({ run_id: 'manual-2', started_at: '2026-03-10T20:00:00.000Z', finished_at: null }),
  );
  const rows = rowsOf({ running: [], runs: [known], work: [started, workOf(known, { parked: 1 })] });
  expect(rows.map(({ run_id }) => run_id)).toEqual(['manual-2', 'manual-1']);
  expect(rows.map(outcomeOf)).toEqual(['choosing the dates', '1 failed, parked']);
});

test('a run whose dates a later redrive has settled is shown as the ledger has it', () => {
  const before = workOf(runOf({ status: 'failed', counts: { planned: 1, failed: 1 } }), { parked: 1 });
  const healed = runOf({ counts: { planned: 1, stored: 1 } });
  expect(rowsOf({ running: [], runs: [healed], work: [before] })).toEqual([healed]);
});
