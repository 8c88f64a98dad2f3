import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { newestRuns, runningRuns } from '../../../services/operations/runs/executions.ts';
import type { Stack } from '../../../services/operations/stack.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

let opened: TestStack;
beforeAll(async () => {
  opened = await openStack();
});
afterAll(() => opened.stop());

test('the newest runs include one that has ended before anyone looked', async () => {
  const stack: Stack = { ...opened.aws, clock: opened.clock, outputs: opened.outputs };
  await opened.startRun('schedule-1');
  const [started] = await runningRuns(stack);
  await stack.sfn.send(new StopExecutionCommand({ executionArn: started?.executionArn }));
  expect(await runningRuns(stack)).toEqual([]);
  expect(await newestRuns(stack, 5)).toMatchObject([{ run_id: 'schedule-1', isRunning: false }]);
});
