import { checkLedger } from '../../../services/cli/doctor/ledger.ts';
import { createRuns } from '../../../shared/aws/store/runs.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

const HOUR_S = 3600;

let stack: TestStack;
beforeAll(async () => {
  stack = await openStack();
});
afterAll(() => stack.stop());

const run = async (run_id: string, trigger: string) => {
  const runs = createRuns(stack.raw.dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock, 90);
  await runs.open({ run_id, task_token: 'token', trigger });
  await runs.plan(run_id, []);
  await runs.finish(run_id, { trigger, cause: null });
};

test.each(['morning', 'webhook'])(
  'a later run by %s does not hide that the daily run is late',
  async (trigger) => {
    await stack.clear();
    await run('daily', 'schedule');
    stack.clock.advance(27 * HOUR_S);
    await run('extra', trigger);
    const opened = { ...stack.raw, clock: stack.clock, outputs: stack.outputs };
    const findings = await checkLedger(opened, stack.clock, { aws: true, dataDir: '' });
    expect(findings.find(({ check }) => check === 'last run')).toMatchObject({
      state: 'problem',
      finding: expect.stringContaining('; the last scheduled or manual one started 27 hours ago'),
    });
  },
);
