import {
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { OpenRun } from './runs.ts';

/**
 * Completes the task `Plan` of a run in which nothing is pending any more, and says whether it was this run's turn.
 * Callable any number of times by anyone: a second success is refused by Step Functions, and ignored here.
 */
export const completeIfDone = async (sfn: SFNClient, open: OpenRun): Promise<boolean> => {
  if (!open.planned || open.run.pending.length > 0 || open.task_token === null) return false;
  try {
    await sfn.send(
      new SendTaskSuccessCommand({
        taskToken: open.task_token,
        output: JSON.stringify({ run_id: open.run.run_id }),
      }),
    );
    return true;
  } catch (error: unknown) {
    // The task has ended: by another worker, by its timeout, or with an execution that is gone.
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) {
      return false;
    }
    throw error;
  }
};
