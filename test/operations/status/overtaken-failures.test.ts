import { openLedger } from '../../../services/operations/ledger.ts';
import { followRedrive } from '../../../services/operations/redrive/follow-redrive.ts';
import { planRedrive } from '../../../services/operations/redrive/redrive-dates.ts';
import type { Stack } from '../../../services/operations/stack.ts';
import { readFailures } from '../../../services/operations/status/failures.ts';
import { nightOf } from '../../aws/store/nights.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';
import { workBody } from '../../helpers/queues.ts';

const [OVERTAKEN, FAILED] = ['2026-01-10', '2026-01-11'] as const;

let opened: TestStack;
let stack: Stack;
beforeAll(async () => {
  opened = await openStack();
  stack = { ...opened.raw, clock: opened.clock, outputs: opened.outputs };
});
beforeEach(async () => {
  await opened.clear();
  const { sleepTable, days } = openLedger(stack);
  const at = stack.clock.now();
  const error = { name: 'OuraUnavailable', message: 'Oura is unavailable' };
  const failed = { run_id: 'run', attempts: 5, at: at - 1000, next_check_on: null, error };
  for (const date of [OVERTAKEN, FAILED]) await days.failed(date, { ...failed, state: 'parked' });
  // Another run stored the night. Its planner had found neither a night nor an entry.
  await sleepTable.put(nightOf(OVERTAKEN), { askedAt: at, settled: true });
});
afterAll(() => opened.stop());

test('a failure before another run stored the night is not listed', async () => {
  const failures = await readFailures(stack);
  expect(failures.flatMap(({ dates }) => dates.map(({ date }) => date))).toEqual([FAILED]);
});

test('a redrive does not wait for a date whose night another run has stored', async () => {
  await opened.queues.send('work', workBody('run', FAILED));
  expect((await planRedrive(stack)).dates).toEqual([FAILED]);
  await opened.queues.purge();
  const progress = { total: () => {}, settled: () => {}, stop: () => {} };
  const following = {
    progress,
    pace: { pollMs: 1, doubtLooks: 1 },
    signal: new AbortController().signal,
  };
  const dates = [OVERTAKEN, FAILED];
  const before = await openLedger(stack).days.get(dates);
  expect([...(await followRedrive(stack, dates, before, following))]).toEqual([FAILED]);
});
