import { setTimeout as sleep } from 'node:timers/promises';
import { runChunks } from '../../../services/operations/backfill/run-chunks.ts';
import { runningRuns } from '../../../services/operations/runs/executions.ts';
import type { Stack } from '../../../services/operations/stack.ts';
import { createRuns } from '../../../shared/aws/store/runs.ts';
import { LOGICAL_ID } from '../../../shared/core/names.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

let opened: TestStack;
beforeAll(async () => {
  opened = await openStack();
});
afterAll(() => opened.stop());

test('follows no run any more after an error, so that the command can end', async () => {
  const stack: Stack = { ...opened.aws, clock: opened.clock, outputs: opened.outputs };
  const runs = createRuns(stack.dynamodb, LOGICAL_ID.ouraSyncTable, stack.clock, 90);
  const { task_token } = await opened.startRun('backfill-1');
  await runs.open({ run_id: 'backfill-1', task_token, trigger: 'backfill' });
  const { run } = await runs.plan('backfill-1', ['2026-03-09']);
  const left = (await runningRuns(stack)).map((started) => ({ ...started, run }));
  const found = { open: [], stored: 0, noData: 0, notOver: 0, underWay: new Set<string>(), left };
  opened.calls.failNext('GetQueueAttributesCommand', new Error('SQS is unavailable'));
  const following = {
    signal: new AbortController().signal,
    pollMs: 10,
    look: () => {},
    rest: async () => {},
  };

  await expect(runChunks(stack, found, following)).rejects.toThrow('SQS is unavailable');
  // A check that has already begun may finish.
  await sleep(100);
  const checks = () => opened.calls.of('DescribeExecutionCommand').length;
  const before = checks();
  await sleep(200);
  expect(checks()).toBe(before);
});
