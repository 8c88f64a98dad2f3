import { setTimeout as sleep } from 'node:timers/promises';
import {
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { queueArn } from './queue-depth.ts';

/** SQS ended the move before every message was moved. What was moved stays moved; the rest is still parked. */
export class MoveFailed extends Error {
  override readonly name = 'MoveFailed';
  readonly retryable = true;
  readonly moved: number;
  constructor(status: string, reason: string, moved: number) {
    super(`SQS ended the move as ${status} after ${moved} messages${reason ? `: ${reason}` : ''}`);
    this.moved = moved;
  }
}

const POLL_MS = 200;

/**
 * Moves every message of the parked queue to the work queue and returns how many were moved. The destination is always
 * given: a message that log-error forwarded has no original source that SQS could know. Throws {@link MoveFailed}.
 * @param rate messages per second; absent: as SQS sees fit
 * @param moving told how many have been moved, and of how many
 */
export const redrive = async (
  sqs: SQSClient,
  queues: { readonly parkedQueueUrl: string; readonly workQueueUrl: string },
  rate: number | undefined,
  moving: (moved: number, of: number) => void,
): Promise<number> => {
  const SourceArn = await queueArn(sqs, queues.parkedQueueUrl);
  await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn,
      DestinationArn: await queueArn(sqs, queues.workQueueUrl),
      ...(rate !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
    }),
  );
  for (;;) {
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const task = Results?.[0];
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    moving(moved, task?.ApproximateNumberOfMessagesToMove ?? moved);
    if (task?.Status === 'COMPLETED') return moved;
    if (task?.Status !== 'RUNNING' && task?.Status !== undefined) {
      throw new MoveFailed(task.Status, task.FailureReason ?? '', moved);
    }
    await sleep(POLL_MS);
  }
};
