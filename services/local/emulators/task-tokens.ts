import { randomUUID } from 'node:crypto';
import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
import { AwsError } from './aws-json.ts';

/** A task failed. `ErrorEquals` compares its `name`, and its `message` is the Cause. */
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
  /** The output of the callback. Rejects with {@link TaskFailed}. */
  readonly result: Promise<unknown>;
  /** Invalidates the token. */
  close(): void;
}

/** The tokens of the tasks that wait for a callback. */
export interface TaskTokens {
  open(): WaitingTask;
  /** SendTaskSuccess. @param output JSON text */
  succeed(token: string, output: string): void;
  /** SendTaskFailure. */
  fail(token: string, error: string, cause: string): void;
  /** SendTaskHeartbeat. Only checks the token, because HeartbeatSeconds is not supported. */
  heartbeat(token: string): void;
}

const TOKEN = /^local-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How many closed tokens are remembered. An older one is reported as unknown. */
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
  const closed = new Set<string>();

  const close = (token: string): void => {
    waiting.delete(token);
    closed.add(token);
    const [oldest] = closed;
    if (closed.size > REMEMBERED && oldest !== undefined) closed.delete(oldest);
  };
  const find = (token: string): PromiseWithResolvers<unknown> => {
    const task = waiting.get(token);
    if (task) return task;
    if (!TOKEN.test(token)) throw new AwsError('InvalidToken', 'The task token is invalid');
    if (closed.has(token)) throw new AwsError('TaskTimedOut', 'The task of this token has ended');
    throw new AwsError('TaskDoesNotExist', 'No task has this token');
  };

  return {
    open: () => {
      const token = `local-${randomUUID()}`;
      const task = Promise.withResolvers<unknown>();
      // The callback may come before the handler returns and its result is awaited.
      task.promise.catch(() => undefined);
      waiting.set(token, task);
      return {
        token,
        result: task.promise,
        close: () => close(token),
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
