import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  ResourceNotFoundException,
  type SQSClient,
  StartMessageMoveTaskCommand,
  UnsupportedOperation,
} from '@aws-sdk/client-sqs';
import { queueArn } from '../../../shared/aws/queue/queue-depth.ts';
import { AppError, type Consequences, INCORRECT, TRANSIENT } from '../../../shared/core/errors.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { plural } from '../../../shared/core/text.ts';
import { outputOf, type Stack } from '../stack.ts';

/** SQS stopped the move. The moved messages stay moved, and the others are still parked. */
export class MoveFailed extends AppError {
  override readonly name = 'MoveFailed';
  override readonly consequences: Consequences = TRANSIENT;
  readonly moved: number;
  constructor(status: string, reason: string, moved: number) {
    super(
      `SQS stopped the move with status ${status} after ${plural(moved, 'message')}${reason ? `: ${reason}` : ''}`,
    );
    this.moved = moved;
  }
}

/** SQS allows one move per queue, and another redrive has started one. Nothing was moved. */
export class MoveUnderWay extends AppError {
  override readonly name = 'MoveUnderWay';
  override readonly consequences: Consequences = { ...INCORRECT, retryable: true };
  constructor() {
    super('Another redrive is already moving the parked messages: wait until it has finished.');
  }
}

export interface Move {
  /** Messages per second; absent: chosen by SQS. */
  readonly rate?: number | undefined;
  /** Called with the number of moved messages and the total. */
  moving?(moved: number, of: number): void;
  /** Cancels the move: the remaining messages stay parked. */
  readonly signal?: AbortSignal;
}

const POLL_MS = 200;

/** SQS lists the last ten tasks of a queue, the newest first. */
const LISTED_TASKS = 10;

/** How often a completed move is read again whose count has not reached its total: the counts are approximate. */
const LAGGING_LOOKS = 25;

const listMoves = async (sqs: SQSClient, SourceArn: string): Promise<ListMessageMoveTasksResultEntry[]> =>
  (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: LISTED_TASKS }))).Results ?? [];

/** Starts the move and returns its handle. Throws {@link MoveUnderWay}. */
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
    // The move has already finished.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
};

/**
 * Moves every parked message to the work queue and returns their number. It always names the destination: log-error forwarded
 * the messages, so SQS does not know their original source. Throws {@link MoveUnderWay} and {@link MoveFailed}.
 */
export const moveMessages = async (
  stack: Pick<Stack, 'sqs' | 'outputs'>,
  { rate, moving, signal }: Move = {},
): Promise<number> => {
  const { sqs } = stack;
  const arnOf = (output: string) => queueArn(sqs, outputOf(stack, output));
  const SourceArn = await arnOf(OUTPUT.parkedQueueUrl);
  const startOf = ({ StartedTimestamp }: ListMessageMoveTasksResultEntry) => StartedTimestamp ?? 0;
  const before = Math.max(-1, ...(await listMoves(sqs, SourceArn)).map(startOf));
  const handle = await begin(sqs, SourceArn, await arnOf(OUTPUT.workQueueUrl), rate);
  for (let lagging = 0; ; ) {
    // The list may lag, and a later move may be listed too. Only a running task has its handle, so the start identifies it.
    const task = (await listMoves(sqs, SourceArn)).findLast((listed) => startOf(listed) > before);
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    const total = task?.ApproximateNumberOfMessagesToMove ?? moved;
    moving?.(moved, total);
    if (task?.Status === 'COMPLETED') {
      if (moved >= total || lagging === LAGGING_LOOKS) return moved;
      lagging += 1;
    } else if (task?.Status !== 'RUNNING' && task?.Status !== undefined) {
      throw new MoveFailed(task.Status, task.FailureReason ?? '', moved);
    }
    if (signal?.aborted) {
      await cancel(sqs, handle);
      return moved;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
};
