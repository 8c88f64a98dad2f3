import { createTally } from '../../../services/operations/backfill/tally.ts';
import type { Run } from '../../../shared/core/ledger.ts';
import { runOf } from '../../helpers/run.ts';

const run = (run_id: string, fields: Partial<Run>): Run => runOf({ run_id, trigger: 'backfill', ...fields });
const chunk = (dates: number) => ({ from: '2026-01-01', to: '2026-03-01', dates });

test('counts unplanned runs with the dates of their chunks', () => {
  const tally = createTally(
    new Map([
      ['one', chunk(3)],
      ['two', chunk(2)],
    ]),
    [],
  );
  expect(tally.standing()).toMatchObject({ done: 0, total: 5, requests: 0 });
  tally.update(
    run('one', { stored: ['2026-03-01'], no_data: ['2026-02-28'], pending: ['2026-02-27'], requests: 5 }),
  );
  expect(tally.standing()).toMatchObject({
    done: 2,
    total: 5,
    stored: 1,
    no_data: 1,
    pending: 1,
    requests: 5,
  });
});

test('counts a planned run with the dates it planned', () => {
  const tally = createTally(new Map([['one', chunk(3)]]), []);
  tally.update(run('one', { unchanged: ['2026-03-01'] }));
  expect(tally.standing()).toMatchObject({ done: 1, total: 1, unchanged: 1 });
});

test('a date that is not over is done, without an outcome', () => {
  const tally = createTally(new Map([['one', chunk(2)]]), []);
  tally.update(run('one', { stored: ['2026-03-01'], not_over: ['2026-03-01', '2026-03-02'] }));
  expect(tally.standing()).toMatchObject({ done: 2, total: 2, stored: 1, no_data: 0, not_over: 1 });
});

test("counts only later changes of an earlier command's run", () => {
  const left = run('left', { stored: ['2026-03-01'], pending: ['2026-02-27', '2026-02-28'], requests: 9 });
  const tally = createTally(new Map(), [left]);
  expect(tally.standing()).toMatchObject({ done: 0, total: 2, stored: 0, requests: 0 });
  tally.update({ ...left, stored: ['2026-03-01', '2026-02-28'], pending: ['2026-02-27'], requests: 13 });
  expect(tally.standing()).toMatchObject({ done: 1, total: 2, stored: 1, pending: 1, requests: 4 });
});

test('does not report dates without data that an earlier command has seen', () => {
  const left = run('left', { no_data: ['2026-03-01'], pending: ['2026-02-28'] });
  const tally = createTally(new Map(), [left]);
  tally.update({ ...left, no_data: ['2026-02-28', '2026-03-01'], pending: [] });
  expect(tally.standing()).toMatchObject({ done: 1, no_data: 1 });
  expect(tally.runs()).toMatchObject([{ no_data: ['2026-02-28'] }]);
});
