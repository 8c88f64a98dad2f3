import { statusTable } from '../../../services/cli/print/status-table.ts';
import { openLedger } from '../../../services/operations/ledger.ts';
import type { Stack } from '../../../services/operations/stack.ts';
import { readNightsStatus } from '../../../services/operations/status/nights-status.ts';
import type { RunSummary } from '../../../services/operations/status/pipeline-state.ts';
import { readSyncState, type ServingProcess } from '../../../services/operations/status/sync-state.ts';
import { nightOf } from '../../aws/store/nights.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';
import { RUNNING, situationOf } from '../../helpers/situation.ts';

const VANISHED = '2026-03-09';
const NIGHTS = ['2026-03-08', VANISHED, '2026-03-10'];

let opened: TestStack;
let stack: Stack;
beforeAll(async () => {
  opened = await openStack();
  stack = { ...opened.raw, clock: opened.clock, outputs: opened.outputs };
});
afterAll(() => opened.stop());

const text = async (process: ServingProcess | null = RUNNING) => {
  const state = await readSyncState(stack, situationOf(process));
  return statusTable(
    { state, nights: await readNightsStatus(stack, state) },
    'UTC',
    (script) => `npm run ${script}`,
  );
};

const nightsStatus = async () => readNightsStatus(stack, await readSyncState(stack, situationOf(RUNNING)));

test('counts the nights that are no longer at Oura, and mentions them only if there are any', async () => {
  const { sleepTable, days } = openLedger(stack);
  const at = stack.clock.now();
  const checked = { run_id: 'run', attempts: 1, at, next_check_on: null, settled: false };
  for (const date of NIGHTS) {
    await sleepTable.put(nightOf(date), { askedAt: at, settled: false });
    await days.stored(date, checked);
  }
  expect(await nightsStatus()).toEqual({
    stored: 3,
    vanished: 0,
    first: NIGHTS[0],
    last: NIGHTS[2],
    last_arrival: null,
  });
  expect(await text()).not.toContain('no longer');
  await days.stored(VANISHED, { ...checked, vanished_since: '2026-03-10T19:00:00.000Z' });
  expect(await nightsStatus()).toMatchObject({ stored: 3, vanished: 1 });
  expect(await text()).toMatch(/no longer at Oura\s+│ 1 night: run npm run gaps/);
});

test('shows how the last night arrived', async () => {
  const { sleepTable } = openLedger(stack);
  const night = nightOf('2026-03-11', { bedtime_end: '2026-03-11T07:10:00+02:00' });
  const arrival = { announced_at: null, arrived_at: '2026-03-11T10:00:00.000Z' };
  await sleepTable.put(night, { askedAt: stack.clock.now(), settled: false, arrival });
  expect((await nightsStatus()).last_arrival).toMatchObject({ ...arrival, delay_seconds: 17_400 });
  expect(await text()).toMatch(/last night\s+│ 2026-03-11 arrived 12:00, 4 h 50 after the end of the sleep/);
});

test('says whether something syncs, what is wrong, and what to do', async () => {
  expect(await text()).toMatch(/pipeline\s+│ running \(process 4711\)/);
  expect(await text()).toMatch(/next sync\s+│ 2026-03-11 19:00 UTC/);
  await opened.queues.send('work', 'a date');
  expect(await text()).not.toContain('waiting');
  expect(await text(null)).toMatch(/pipeline\s+│ not running: nothing syncs until you run npm run start /);
  expect(await text(null)).toMatch(/\n1 date is waiting, and nothing is running\. Run start\.$/);
});

test('counts the dates of the last run in the words of its report', async () => {
  const state = await readSyncState(stack, situationOf(RUNNING));
  const counts = { planned: 6, stored: 1, unchanged: 2, no_data: 1, failed: 0, pending: 2 };
  const run: RunSummary = {
    run_id: 'run',
    trigger: 'manual',
    status: 'incomplete',
    cause: null,
    counts,
    started_at: state.now,
    finished_at: null,
  };
  const nights = await readNightsStatus(stack, state);
  expect(statusTable({ state: { ...state, runs: [run] }, nights }, 'UTC', String)).toContain(
    '6 planned, 1 stored, 2 unchanged, 1 without data, 0 failed, 2 unfinished',
  );
});
