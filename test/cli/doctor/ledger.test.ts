import { checkLedger } from '../../../services/cli/doctor/ledger.ts';
import type { Stack } from '../../../services/operations/stack.ts';
import {
  ON_AWS,
  readSyncState,
  type ServingProcess,
} from '../../../services/operations/status/sync-state.ts';
import { createRuns } from '../../../shared/aws/store/runs.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';
import { RUNNING, situationOf } from '../../helpers/situation.ts';

const HOUR_S = 3600;

let opened: TestStack;
let stack: Stack;
beforeAll(async () => {
  opened = await openStack();
  stack = { ...opened.raw, clock: opened.clock, outputs: opened.outputs };
});
beforeEach(() => opened.clear());
afterAll(() => opened.stop());

const run = async (run_id: string, trigger: string, cause: string | null = null) => {
  const runs = createRuns(opened.raw.dynamodb, LOGICAL_ID.ouraSyncTable, opened.clock, 90);
  await runs.open({ run_id, task_token: 'token', trigger });
  if (cause === null) await runs.plan(run_id, []);
  await runs.finish(run_id, { trigger, cause });
};
const findings = async (process: ServingProcess | null) =>
  checkLedger(stack, await readSyncState(stack, situationOf(process)), { dataDir: '.data' });
const finding = async (check: string, process: ServingProcess | null) =>
  (await findings(process)).find((each) => each.check === check);

test.each([
  ['morning', RUNNING],
  ['webhook', ON_AWS],
] as const)('a later run by %s does not hide that the daily run is late', async (trigger, process) => {
  await run('daily', 'schedule');
  opened.clock.advance(27 * HOUR_S);
  await run('extra', trigger);
  expect(await finding('last success', process)).toMatchObject({
    state: 'problem',
    finding: expect.stringContaining('No run has succeeded for 27 hours, since '),
  });
});

test('shows instants in the zone of the stack', async () => {
  opened.clock.set('2026-03-10T12:00:00-07:00');
  await run('daily', 'schedule');
  expect(await finding('last run', null)).toMatchObject({
    state: 'ok',
    finding: 'complete (schedule, 2026-03-10 12:00 America/Los_Angeles)',
  });
});

test('after a denied run, says to connect, and then to start what does not run', async () => {
  await run('daily', 'schedule', 'ReconnectNeeded');
  const advice = async (process: ServingProcess | null) => (await finding('last run', process))?.advice;
  expect(await advice(RUNNING)).toBe('click “Sync now” on the page of npm start');
  expect(await advice(null)).toBe('run start');
  await opened.clear();
  await run('daily', 'schedule', 'CredentialsRejected');
  expect(await advice(null)).toBe('run connect, or correct OURA_API_KEY where it is set; then run start');
});
