import {
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { OpenRun } from './runs.ts';

/**
 * Completes the task `Plan` of a run if no date is pending, and returns whether this call completed it. Any function
 * can call this any number of times: Step Functions rejects a second success, and that error is ignored.
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
    // Another worker completed the task, it timed out, or its execution no longer exists.
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) {
      return false;
    }
    throw error;
  }
};
