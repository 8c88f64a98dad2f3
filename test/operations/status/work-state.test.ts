import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { runningRuns } from '../../../services/operations/runs/executions.ts';
import { outputOf, type Stack } from '../../../services/operations/stack.ts';
import { workState } from '../../../services/operations/status/work-state.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openStack, type TestStack } from '../../helpers/dependencies.ts';

let opened: TestStack;
beforeAll(async () => {
  opened = await openStack();
});
afterAll(() => opened.stop());

test('differs after a run has started, after it has ended, and after a queue has changed, else not', async () => {
  const stack: Stack = { ...opened.aws, clock: opened.clock, outputs: opened.outputs };
  const states = [await workState(stack), await workState(stack)];
  expect(new Set(states).size).toBe(1);
  await opened.startRun('schedule-1');
  states.push(await workState(stack));
  const [started] = await runningRuns(stack);
  await stack.sfn.send(new StopExecutionCommand({ executionArn: started?.executionArn }));
  states.push(await workState(stack));
  const QueueUrl = outputOf(stack, OUTPUT.parkedQueueUrl);
  await stack.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  states.push(await workState(stack));
  expect(new Set(states).size).toBe(4);
});
