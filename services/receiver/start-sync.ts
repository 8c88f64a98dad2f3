import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Gathering } from '../../shared/aws/store/pending-events.ts';
import { webhookRun } from '../../shared/core/webhook-events.ts';

/**
 * Starts the execution that takes the gathering. If it runs, that is the same execution. Returns false if it has ended.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export const startSync = async (
  sfn: SFNClient,
  stateMachineArn: string,
  { since }: Gathering,
): Promise<boolean> => {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, ...webhookRun(since) }));
    return true;
  } catch (error: unknown) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
};
