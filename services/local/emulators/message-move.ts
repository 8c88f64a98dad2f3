import { randomUUID } from 'node:crypto';
import { AwsError, type Operation, optionalText, textField } from './aws-json.ts';
import { type QueueStore, SqsStore, type StoredQueue } from './fauxqs.ts';
import type { GroupCommit } from './queue-store.ts';

// The operations on message move tasks, which fauxqs lacks.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html

interface MoveTask {
  readonly handle: string;
  readonly source: StoredQueue;
  readonly destination: StoredQueue;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  /** The messages that were visible at the start. The task moves no others, or failing messages would go round. */
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failure: string | undefined;
}

type MoveOperation = `${'Start' | 'Cancel'}MessageMoveTask` | 'ListMessageMoveTasks';

/** The message move tasks of the queues. The end of the process cancels them. */
export interface MessageMoves {
  readonly operations: Readonly<Record<MoveOperation, Operation>>;
  end(): void;
}

/** SQS lists the last ten tasks of a source. */
const KEPT_TASKS = 10;
/** Messages per transaction if no rate is given. */
const CHUNK = 100;
const MAX_PER_SECOND = 500;

const integerField = (
  input: Readonly<Record<string, unknown>>,
  name: string,
  max: number,
): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new AwsError('InvalidParameterValue', `${name} must be a whole number from 1 to ${max}`);
};

const isDeadLetterQueue = (queues: QueueStore, arn: string): boolean =>
  [...queues.allQueues()].some(({ attributes }) => {
    const policy: unknown = JSON.parse(attributes['RedrivePolicy'] || 'null');
    return (
      typeof policy === 'object' &&
      policy !== null &&
      'deadLetterTargetArn' in policy &&
      policy.deadLetterTargetArn === arn
    );
  });

const describe = (task: MoveTask): object => ({
  ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
  Status: task.status,
  SourceArn: task.source.arn,
  DestinationArn: task.destination.arn,
  ...(task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failure !== undefined && { FailureReason: task.failure }),
  StartedTimestamp: task.startedAt,
});

/** Moves `count` visible messages in one transaction. Each gets a new ID and no receives. */
const moveMessages = (task: MoveTask, count: number): void => {
  task.source.processTimers();
  for (const message of task.source.messages.splice(0, count)) {
    task.source.persistence?.deleteMessage(message.messageId);
    task.destination.enqueue(SqsStore.createMessage(message.body, message.messageAttributes));
    task.moved += 1;
  }
};

export const createMessageMoves = (queues: QueueStore, persistence: GroupCommit): MessageMoves => {
  let tasks: MoveTask[] = [];
  const timers = new Map<MoveTask, NodeJS.Timeout>();

  const queueOf = (arn: string, field: string): StoredQueue => {
    const queue = queues.getQueueByArn(arn);
    if (queue) return queue;
    throw new AwsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${field} parameter doesn't exist.`,
    );
  };

  const step = async (task: MoveTask): Promise<void> => {
    timers.delete(task);
    if (task.status !== 'RUNNING') return;
    try {
      moveMessages(task, Math.min(task.perSecond === undefined ? CHUNK : 1, task.toMove - task.moved));
      await persistence.committed();
    } catch (error: unknown) {
      task.status = 'FAILED';
      task.failure = error instanceof Error ? error.message : String(error);
      return;
    }
    if (task.moved >= task.toMove || task.source.messages.length === 0) task.status = 'COMPLETED';
    else schedule(task, task.perSecond === undefined ? 0 : 1000 / task.perSecond);
  };

  const schedule = (task: MoveTask, delayMs: number): void => {
    timers.set(
      task,
      setTimeout(() => void step(task), delayMs),
    );
  };

  return {
    operations: {
      StartMessageMoveTask: (input) => {
        const source = queueOf(textField(input, 'SourceArn'), 'SourceArn');
        if (!isDeadLetterQueue(queues, source.arn)) {
          throw new AwsError(
            'InvalidParameterValue',
            'Source queue must be configured as a Dead Letter Queue.',
          );
        }
        const destinationArn = optionalText(input, 'DestinationArn');
        if (destinationArn === undefined) {
          throw new AwsError(
            'UnsupportedOperation',
            'DestinationArn is required: messages here do not record their source queue.',
          );
        }
        const destination = queueOf(destinationArn, 'DestinationArn');
        if (tasks.some((task) => task.source === source && task.status === 'RUNNING')) {
          throw new AwsError(
            'UnsupportedOperation',
            'Only one active message move task is supported per source queue.',
          );
        }
        source.processTimers();
        const task: MoveTask = {
          handle: randomUUID(),
          source,
          destination,
          perSecond: integerField(input, 'MaxNumberOfMessagesPerSecond', MAX_PER_SECOND),
          startedAt: Date.now(),
          toMove: source.messages.length,
          moved: 0,
          status: 'RUNNING',
          failure: undefined,
        };
        const others = tasks.filter((other) => other.source !== source);
        const earlier = tasks.filter((other) => other.source === source).slice(0, KEPT_TASKS - 1);
        tasks = [task, ...earlier, ...others];
        schedule(task, 0);
        return { TaskHandle: task.handle };
      },
      ListMessageMoveTasks: (input) => {
        const source = queueOf(textField(input, 'SourceArn'), 'SourceArn');
        const max = integerField(input, 'MaxResults', KEPT_TASKS) ?? 1;
        return {
          Results: tasks
            .filter((task) => task.source === source)
            .slice(0, max)
            .map(describe),
        };
      },
      CancelMessageMoveTask: (input) => {
        const handle = textField(input, 'TaskHandle');
        const task = tasks.find((candidate) => candidate.handle === handle);
        if (task?.status !== 'RUNNING') {
          throw new AwsError('ResourceNotFoundException', 'Task does not exist or is not running.');
        }
        task.status = 'CANCELLED';
        clearTimeout(timers.get(task));
        return { ApproximateNumberOfMessagesMoved: task.moved };
      },
    },
    end: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};
