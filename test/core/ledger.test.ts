import {
  countsOf,
  type DayEntry,
  hasVanished,
  isGap,
  isNoDataReason,
  notOverOf,
  outcomesOf,
  type Run,
  statusOf,
} from '../../shared/core/ledger.ts';
import { runOf } from '../helpers/run.ts';

const run = (sets: Partial<Run>): Run => runOf({ finished_at: '2026-03-10T20:01:00.000Z', ...sets });

test('a settled date counts as settled, even if it is in another set too', () => {
  const overlapping = run({
    stored: ['2026-03-01'],
    unchanged: ['2026-03-01'],
    failed: ['2026-03-01'],
    pending: ['2026-03-01'],
  });
  expect(outcomesOf(overlapping)).toEqual({
    stored: ['2026-03-01'],
    unchanged: [],
    no_data: [],
    failed: [],
    pending: [],
  });
  expect(countsOf(overlapping)).toEqual({
    planned: 1,
    stored: 1,
    unchanged: 0,
    no_data: 0,
    failed: 0,
    pending: 0,
  });
});

test.each([
  ['running until it is summarized', { finished_at: null, stored: ['2026-03-01'] }, 'running'],
  ['complete when every date settled', { stored: ['2026-03-01'], no_data: ['2026-03-02'] }, 'complete'],
  ['complete without dates', {}, 'complete'],
  ['partial when some dates failed', { stored: ['2026-03-01'], failed: ['2026-03-02'] }, 'partial'],
  [
    'partial when some dates failed, whatever the outcomes of the others',
    { unchanged: ['2026-03-01'], no_data: ['2026-03-02'], failed: ['2026-03-03'] },
    'partial',
  ],
  [
    'partial when a date failed beside a new and an unchanged night',
    { stored: ['2026-03-01'], unchanged: ['2026-03-02'], failed: ['2026-03-03'] },
    'partial',
  ],
  ['failed when every date failed', { failed: ['2026-03-01', '2026-03-02'] }, 'failed'],
  ['failed when the plan did', { cause: 'CredentialsRejected' }, 'failed'],
  [
    'incomplete when dates are pending',
    { stored: ['2026-03-01'], pending: ['2026-03-02'], cause: 'States.Timeout' },
    'incomplete',
  ],
  [
    'complete again once its failed dates were redriven',
    { stored: ['2026-03-01'], failed: ['2026-03-01'] },
    'complete',
  ],
] as const)('a run is %s', (_rule, sets, status) => {
  expect(statusOf(run(sets))).toBe(status);
});

test('lists the dates of an outcome in order', () => {
  const { stored } = outcomesOf(run({ stored: ['2026-03-03', '2026-03-01', '2026-03-02'] }));
  expect(stored).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
});

test('the reason of a date is a no-data reason, the name of an error, or null', () => {
  expect(['not_worn', 'skipped_day', 'OuraUnavailable', null].map(isNoDataReason)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a date that the sleeper skipped at the date line is no gap', () => {
  expect([isGap({ reason: 'skipped_day' }), isGap({ reason: 'not_worn' }), isGap({ reason: null })]).toEqual([
    false,
    true,
    true,
  ]);
});

test.each([
  ['stored', '2026-03-02T20:00:00.000Z', true],
  ['stored', null, false],
  ['failed', '2026-03-02T20:00:00.000Z', false],
] as const)('an entry %s, without records since %p, has vanished: %s', (state, vanished_since, expected) => {
  expect(hasVanished({ state, vanished_since } as DayEntry)).toBe(expected);
});

test('a date that is not over counts as such only until it has an outcome', () => {
  expect(notOverOf(run({ stored: ['2026-03-01'], not_over: ['2026-03-01', '2026-03-02'] }))).toEqual([
    '2026-03-02',
  ]);
});
