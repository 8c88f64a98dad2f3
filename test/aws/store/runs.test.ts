import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { createRateLimit } from '../../../shared/aws/store/rate-limit.ts';
import { createRuns, type Runs } from '../../../shared/aws/store/runs.ts';
import { countsOf, statusOf } from '../../../shared/core/ledger.ts';
import { openTables, type TestTables } from '../../helpers/tables.ts';

const TABLE = 'OuraSyncTable';
const DATES = ['2026-03-08', '2026-03-09', '2026-03-10'];
const RETENTION_DAYS = 90;

let tables: TestTables;
let runs: Runs;
beforeAll(async () => {
  tables = await openTables();
  runs = createRuns(tables.dynamodb, TABLE, tables.clock, RETENTION_DAYS);
});
beforeEach(async () => {
  await tables.clear();
  tables.clock.set('2026-03-10T19:00:00Z');
});
afterAll(() => tables.stop());

const open = (run_id = 'run', task_token = 'token') => runs.open({ run_id, task_token, trigger: 'manual' });
const planned = async (run_id = 'run', dates = DATES) => {
  await open(run_id);
  return runs.plan(run_id, dates);
};
const run = async (run_id = 'run') => {
  const open = await runs.get(run_id);
  if (!open) throw new Error(`There is no run ${run_id}`);
  return open.run;
};

test('an opened run is not planned, and its sets are empty', async () => {
  expect(await open()).toEqual({
    run: {
      run_id: 'run',
      trigger: 'manual',
      started_at: '2026-03-10T19:00:00.000Z',
      finished_at: null,
      cause: null,
      requests: 0,
      pending: [],
      stored: [],
      unchanged: [],
      no_data: [],
      not_over: [],
      failed: [],
      remarks: [],
    },
    task_token: 'token',
    planned: false,
  });
});

test('a run that is opened twice gets the new token and keeps its dates, trigger and start', async () => {
  await planned();
  await runs.settle('run', { stored: DATES.slice(0, 1) });
  tables.clock.advance(60);
  const again = await runs.open({ run_id: 'run', task_token: 'second', trigger: 'schedule' });
  expect(again).toMatchObject({ task_token: 'second', planned: true });
  expect(again.run).toMatchObject({
    trigger: 'manual',
    started_at: '2026-03-10T19:00:00.000Z',
    pending: DATES.slice(1),
    stored: DATES.slice(0, 1),
  });
});

test('a run that is planned twice keeps the dates of the first time', async () => {
  await planned();
  expect((await runs.plan('run', ['2026-01-01'])).run.pending).toEqual(DATES);
});

test('a run without dates is planned too', async () => {
  expect(await planned('empty', [])).toMatchObject({ planned: true, run: { pending: [] } });
});

test('dates leave pending for their outcome', async () => {
  await planned();
  const [first, second, third] = DATES as [string, string, string];
  const open = await runs.settle('run', { stored: [first], no_data: [second], failed: [third] });
  expect(open?.run).toMatchObject({ pending: [], stored: [first], no_data: [second], failed: [third] });
});

test('a date that is not over is no longer counted, whether it was pending or had failed', async () => {
  await planned();
  const [first, second, third] = DATES as [string, string, string];
  await runs.settle('run', { failed: [second] });
  await runs.settle('run', { stored: [first], not_over: [second] });
  const open = await runs.settle('run', { not_over: [third] });
  expect(open?.run).toMatchObject({ pending: [], stored: [first], not_over: [second, third], failed: [] });
  expect(countsOf(await run())).toMatchObject({ planned: 1, stored: 1 });
});

test('settling no date returns the current run', async () => {
  await planned();
  expect((await runs.settle('run', { stored: [] }))?.run.pending).toEqual(DATES);
});

test('a redriven date leaves failed when it settles', async () => {
  await planned();
  await runs.settle('run', { stored: DATES.slice(1), failed: DATES.slice(0, 1) });
  await runs.finish('run', { trigger: 'manual', cause: null });
  expect(statusOf(await run())).toBe('partial');
  await runs.settle('run', { stored: DATES.slice(0, 1) });
  expect(await run()).toMatchObject({ failed: [], stored: DATES });
  expect(statusOf(await run())).toBe('complete');
});

test('a date that settles in a batch with a failure does not count as failed', async () => {
  await planned();
  await runs.settle('run', { failed: DATES.slice(0, 1) });
  await runs.settle('run', { stored: DATES.slice(0, 1), failed: DATES.slice(1, 2) });
  expect(countsOf(await run())).toMatchObject({ stored: 1, failed: 1, pending: 1 });
});

test('a late settlement does not recreate an expired run', async () => {
  await planned();
  await tables.dynamodb.send(new DeleteCommand({ TableName: TABLE, Key: { pk: 'run#run' } }));
  expect(await runs.settle('run', { stored: DATES })).toBeUndefined();
  expect(await runs.get('run')).toBeUndefined();
});

test('an expired run is missing, even while its item exists', async () => {
  await planned();
  tables.clock.advance(RETENTION_DAYS * 86_400 - 1);
  expect(await runs.get('run')).toBeDefined();
  tables.clock.advance(1);
  expect(await runs.get('run')).toBeUndefined();
});

test('an expired run is not settled, even while its item exists', async () => {
  await planned();
  tables.clock.advance(RETENTION_DAYS * 86_400);
  expect(await runs.settle('run', { stored: DATES })).toBeUndefined();
  tables.clock.set('2026-03-10T19:00:00Z');
  expect((await run()).pending).toEqual(DATES);
});

test('a finished run keeps its first finish and loses its token', async () => {
  await planned();
  tables.clock.advance(60);
  expect(await runs.finish('run', { trigger: 'manual', cause: null })).toMatchObject({
    task_token: null,
    run: { finished_at: '2026-03-10T19:01:00.000Z', cause: null },
  });
  tables.clock.advance(60);
  expect((await runs.finish('run', { trigger: 'other', cause: null })).run).toMatchObject({
    finished_at: '2026-03-10T19:01:00.000Z',
    trigger: 'manual',
  });
});

test('a finished run keeps the first cause', async () => {
  await open();
  await runs.finish('run', { trigger: 'manual', cause: 'CredentialsRejected' });
  expect((await runs.finish('run', { trigger: 'manual', cause: 'States.Timeout' })).run.cause).toBe(
    'CredentialsRejected',
  );
});

test('finishing creates a run that failed before it was opened, and it expires like any other', async () => {
  const { run: finished } = await runs.finish('never', { trigger: 'schedule', cause: 'Sandbox.Timedout' });
  expect(finished).toMatchObject({ run_id: 'never', trigger: 'schedule', cause: 'Sandbox.Timedout' });
  expect(statusOf(finished)).toBe('failed');
  tables.clock.advance(RETENTION_DAYS * 86_400);
  expect(await runs.get('never')).toBeUndefined();
});

test('lists the runs newest first, and nothing else of the ledger', async () => {
  await open('old');
  tables.clock.advance(60);
  await open('new');
  tables.clock.advance(-120);
  await open('oldest');
  await createRateLimit(tables.dynamodb, TABLE).extend(1);
  expect((await runs.list()).map(({ run_id }) => run_id)).toEqual(['new', 'old', 'oldest']);
});

test('adds up the requests of the plan and of all batches, with and without settled dates', async () => {
  await open();
  await runs.plan('run', DATES, 1);
  await runs.settle('run', { stored: DATES.slice(0, 1) }, 4);
  expect((await runs.settle('run', {}, 3))?.run).toMatchObject({ requests: 8, pending: DATES.slice(1) });
  await runs.settle('run', { failed: DATES.slice(1) });
  expect(await run()).toMatchObject({ requests: 8, failed: DATES.slice(1) });
});

test('two batches that settle at the same time both count', async () => {
  await planned();
  const opens = await Promise.all(DATES.map((date) => runs.settle('run', { stored: [date] })));
  expect(opens.map((open) => open?.run.pending.length).sort()).toEqual([0, 1, 2]);
  expect((await run()).stored).toEqual(DATES);
});
