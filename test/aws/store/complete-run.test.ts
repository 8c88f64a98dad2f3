import { completeIfDone } from '../../../shared/aws/store/complete-run.ts';
import { createRuns, type OpenRun, type Runs } from '../../../shared/aws/store/runs.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

const DATE = '2026-03-10';

let stack: TestStack;
let runs: Runs;
beforeAll(async () => {
  stack = await openStack();
  runs = createRuns(stack.aws.dynamodb, 'OuraSyncTable', stack.clock, 90);
});
beforeEach(() => stack.clear());
afterAll(() => stack.stop());

/** A run whose task waits, with `dates` pending. */
const begun = async (run_id: string, dates: readonly string[]): Promise<OpenRun> => {
  const { task_token } = await stack.startRun(run_id);
  await runs.open({ run_id, task_token, trigger: 'manual' });
  return runs.plan(run_id, dates);
};

test('completes the task of a run without pending dates, with the run as its output', async () => {
  await begun('done', [DATE]);
  const open = (await runs.settle('done', { stored: [DATE] })) as OpenRun;
  expect(await completeIfDone(stack.aws.sfn, open)).toBe(true);
  expect(await stack.afterPlan('done')).toMatchObject({ plan: { run_id: 'done' } });
});

test('leaves the task of a run with a pending date waiting', async () => {
  expect(await completeIfDone(stack.aws.sfn, await begun('pending', [DATE]))).toBe(false);
  expect(await stack.isWaiting('pending')).toBe(true);
});

test('leaves the task of a run that is not planned waiting: its dates are not known yet', async () => {
  const { task_token } = await stack.startRun('unplanned');
  const open = await runs.open({ run_id: 'unplanned', task_token, trigger: 'manual' });
  expect(await completeIfDone(stack.aws.sfn, open)).toBe(false);
  expect(await stack.isWaiting('unplanned')).toBe(true);
});

test('ignores that Step Functions rejects a second completion', async () => {
  const open = await begun('twice', []);
  expect(await completeIfDone(stack.aws.sfn, open)).toBe(true);
  expect(await completeIfDone(stack.aws.sfn, open)).toBe(false);
});

test('ignores the token of an execution that no longer exists', async () => {
  const open = { ...(await begun('gone', [])), task_token: 'of another machine' };
  expect(await completeIfDone(stack.aws.sfn, open)).toBe(false);
});

test('makes no call for a summarized run', async () => {
  await begun('summarized', []);
  const open = await runs.finish('summarized', { trigger: 'manual', cause: null });
  expect(await completeIfDone(stack.aws.sfn, open)).toBe(false);
  expect(stack.calls.of('SendTaskSuccessCommand')).toEqual([]);
});

test('throws if Step Functions cannot be reached, so that the message is retried', async () => {
  const open = await begun('unreachable', []);
  stack.calls.failNext('SendTaskSuccessCommand', new Error('no connection'));
  await expect(completeIfDone(stack.aws.sfn, open)).rejects.toThrow('no connection');
});
