import { randomUUID } from 'node:crypto';
import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import { AwsError } from './aws-json.ts';

/** A task that is waiting for its callback failed. `name` is what `ErrorEquals` compares, `message` the Cause. */
export class TaskFailed extends AppError {
  override readonly name: string;
  override readonly consequences: Consequences = PERMANENT;

  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}

interface WaitingTask {
  readonly token: string;
  /** What the task was completed with. Rejects with {@link TaskFailed}. */
  readonly result: Promise<unknown>;
  /** Ends the task: its token is spent. `reason`: fails it, too. */
  close(reason?: Error): void;
}

/** The tokens of the tasks that wait for a callback. */
export interface TaskTokens {
  open(): WaitingTask;
  /** SendTaskSuccess. @param output JSON text */
  succeed(token: string, output: string): void;
  /** SendTaskFailure. */
  fail(token: string, error: string, cause: string): void;
  /** SendTaskHeartbeat: nothing but the check of the token, since tasks with HeartbeatSeconds are refused. */
  heartbeat(token: string): void;
}

const TOKEN = /^local-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Spent tokens are known as such for the last so many; an older one counts as never given out. */
const REMEMBERED = 1000;

const parseOutput = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    throw new AwsError('InvalidOutput', 'The output is not JSON');
  }
};

export const createTaskTokens = (): TaskTokens => {
  const waiting = new Map<string, PromiseWithResolvers<unknown>>();
  const spent = new Set<string>();

  const close = (token: string): void => {
    waiting.delete(token);
    spent.add(token);
    const [oldest] = spent;
    if (spent.size > REMEMBERED && oldest !== undefined) spent.delete(oldest);
  };
  const find = (token: string): PromiseWithResolvers<unknown> => {
    const task = waiting.get(token);
    if (task) return task;
    if (!TOKEN.test(token)) throw new AwsError('InvalidToken', 'The task token is not one of this machine');
    if (spent.has(token)) throw new AwsError('TaskTimedOut', 'The task of this token is closed');
    throw new AwsError('TaskDoesNotExist', 'There is no task of this token');
  };

  return {
    open: () => {
      const token = `local-${randomUUID()}`;
      const task = Promise.withResolvers<unknown>();
      // The callback may come before the handler has returned, hence before anybody awaits it.
      task.promise.catch(() => undefined);
      waiting.set(token, task);
      return {
        token,
        result: task.promise,
        close: (reason) => {
          close(token);
          if (reason) task.reject(reason);
        },
      };
    },
    succeed: (token, output) => {
      const task = find(token);
      const value = parseOutput(output);
      close(token);
      task.resolve(value);
    },
    fail: (token, error, cause) => {
      const task = find(token);
      close(token);
      task.reject(new TaskFailed(error, cause));
    },
    heartbeat: (token) => {
      find(token);
    },
  };
};
