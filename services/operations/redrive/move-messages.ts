import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  ResourceNotFoundException,
  type SQSClient,
  StartMessageMoveTaskCommand,
  UnsupportedOperation,
} from '@aws-sdk/client-sqs';
import { queueArn } from '../../../shared/aws/queue/queue-depth.ts';
import { AppError, type Consequences, INCORRECT, TRANSIENT } from '../../../shared/core/errors.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { outputOf, type Stack } from '../stack.ts';

/** SQS ended the move before every message was moved. What was moved stays moved; the rest is still parked. */
export class MoveFailed extends AppError {
  override readonly name = 'MoveFailed';
  override readonly consequences: Consequences = TRANSIENT;
  readonly moved: number;
  constructor(status: string, reason: string, moved: number) {
    super(`SQS ended the move as ${status} after ${moved} messages${reason ? `: ${reason}` : ''}`);
    this.moved = moved;
  }
}

/** SQS moves the messages of a queue once at a time, and somebody has begun to. Nothing was moved for us. */
export class MoveUnderWay extends AppError {
  override readonly name = 'MoveUnderWay';
  override readonly consequences: Consequences = { ...INCORRECT, retryable: true };
  constructor() {
    super('The parked messages are being moved already, by another redrive: wait until that one has ended.');
  }
}

/** How to move. */
export interface Move {
  /** Messages per second; absent: as SQS sees fit. */
  readonly rate?: number | undefined;
  /** Called with how many have been moved, and of how many. */
  moving?(moved: number, of: number): void;
  /** Cancels the move: what is not moved yet stays parked. */
  readonly signal?: AbortSignal;
}

const POLL_MS = 200;

/** Begins the move and returns its handle. Throws {@link MoveUnderWay}. */
const begin = async (
  sqs: SQSClient,
  SourceArn: string,
  DestinationArn: string,
  rate: number | undefined,
): Promise<string | undefined> => {
  try {
    const reply = await sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn,
        DestinationArn,
        ...(rate !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
      }),
    );
    return reply.TaskHandle;
  } catch (error: unknown) {
    throw error instanceof UnsupportedOperation ? new MoveUnderWay() : error;
  }
};

const cancel = async (sqs: SQSClient, TaskHandle: string | undefined): Promise<void> => {
  try {
    await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  } catch (error: unknown) {
    // It ended by itself in between.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
};

/**
 * Moves every message of the parked queue to the work queue and returns how many were moved. The destination is always
 * given: a message that log-error forwarded has no original source that SQS could know. Throws {@link MoveUnderWay} and
 * {@link MoveFailed}.
 */
export const moveMessages = async (stack: Stack, { rate, moving, signal }: Move = {}): Promise<number> => {
  const { sqs } = stack;
  const arnOf = (output: string) => queueArn(sqs, outputOf(stack, output));
  const SourceArn = await arnOf(OUTPUT.parkedQueueUrl);
  const handle = await begin(sqs, SourceArn, await arnOf(OUTPUT.workQueueUrl), rate);
  for (;;) {
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const task = Results?.[0];
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    moving?.(moved, task?.ApproximateNumberOfMessagesToMove ?? moved);
    if (task?.Status === 'COMPLETED') return moved;
    if (task?.Status !== 'RUNNING' && task?.Status !== undefined) {
      throw new MoveFailed(task.Status, task.FailureReason ?? '', moved);
    }
    if (signal?.aborted) {
      await cancel(sqs, handle);
      return moved;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
};
