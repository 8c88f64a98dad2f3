import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { type Move, moveMessages } from '../../../services/operations/redrive/move-messages.ts';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { watchCalls } from '../../helpers/aws-calls.ts';
import {
  type ContractQueue,
  type ContractQueues,
  openContractQueues,
} from '../../helpers/contract-queues.ts';

const MESSAGES = 6;
let queues: ContractQueues;
beforeEach(async () => {
  queues = await openContractQueues();
  await queues.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queues.url('ParkedQueue'),
      Entries: Array.from({ length: MESSAGES }, (_, index) => ({ Id: `${index}`, MessageBody: `${index}` })),
    }),
  );
});
afterEach(() => queues[Symbol.asyncDispose]());

const depth = (queue: ContractQueue) => queueDepth(queues.sqs, queues.url(queue));
const run = (move: Move = {}) => {
  const outputs = {
    [OUTPUT.parkedQueueUrl]: queues.url('ParkedQueue'),
    [OUTPUT.workQueueUrl]: queues.url('WorkQueue'),
  };
  return moveMessages({ sqs: queues.sqs, outputs }, move);
};

test('moves every parked message to the work queue, and reports its progress', async () => {
  const reported: [number, number][] = [];
  expect(await run({ moving: (moved, of) => reported.push([moved, of]) })).toBe(MESSAGES);
  expect(reported.at(-1)?.[0]).toBe(MESSAGES);
  expect([await depth('ParkedQueue'), await depth('WorkQueue')]).toEqual([0, MESSAGES]);
});

test('a stopped move leaves the rest parked, and a later one moves it', async () => {
  const stopping = new AbortController();
  const first = await run({
    rate: 1,
    signal: stopping.signal,
    moving: (moved) => moved > 0 && stopping.abort(),
  });
  expect(first).toBeLessThan(MESSAGES);
  expect((await depth('ParkedQueue')) + (await depth('WorkQueue'))).toBe(MESSAGES);
  await run();
  expect([await depth('ParkedQueue'), await depth('WorkQueue')]).toEqual([0, MESSAGES]);
});

test('rejects a second move during another one in one sentence', async () => {
  const stopping = new AbortController();
  const begun = Promise.withResolvers<void>();
  const first = run({ rate: 1, signal: stopping.signal, moving: () => begun.resolve() });
  await begun.promise;
  await expect(run()).rejects.toMatchObject({ name: 'MoveUnderWay', consequences: { retryable: true } });
  stopping.abort();
  await first;
});

describe('a list of moves that lags', () => {
  const lagging = (...lists: object[][]) => {
    const calls = watchCalls([queues.sqs]);
    for (const Results of lists) calls.answerNext('ListMessageMoveTasksCommand', async () => ({ Results }));
    return calls;
  };
  const earlier = {
    Status: 'COMPLETED',
    StartedTimestamp: 1,
    ApproximateNumberOfMessagesMoved: 99,
    ApproximateNumberOfMessagesToMove: 99,
  };

  test('does not take an earlier move for its own', async () => {
    const calls = lagging([earlier], [earlier]);
    expect(await run()).toBe(MESSAGES);
    expect(calls.of('ListMessageMoveTasksCommand').length).toBeGreaterThan(2);
  });

  test('finds its own move behind a later one', async () => {
    const own = { ...earlier, StartedTimestamp: 2, ApproximateNumberOfMessagesToMove: 4 };
    const later = { ...earlier, StartedTimestamp: 3, ApproximateNumberOfMessagesMoved: 7 };
    lagging([earlier], [later, { ...own, ApproximateNumberOfMessagesMoved: 4 }, earlier]);
    expect(await run()).toBe(4);
  });

  test('reads a completed move again while its count is below its total', async () => {
    const completed = { ...earlier, StartedTimestamp: 2, ApproximateNumberOfMessagesToMove: 4 };
    const counted = (count: number) => [{ ...completed, ApproximateNumberOfMessagesMoved: count }];
    lagging([earlier], counted(0), counted(3), counted(4));
    expect(await run()).toBe(4);
  });
});
