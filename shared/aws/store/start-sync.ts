import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { webhookRun } from '../../core/webhook-events.ts';
import type { Gathering, PendingEvents } from './pending-events.ts';

/**
 * Starts the execution that takes a gathering with the events `keys`. If it runs already, nothing happens: AWS compares name and
 * input. If it has ended without taking the gathering, because its plan failed, the events get another one.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export const startSync = async (
  gathering: Gathering,
  keys: readonly string[],
  {
    sfn,
    stateMachineArn,
    pending,
  }: {
    readonly sfn: SFNClient;
    readonly stateMachineArn: string;
    readonly pending: Pick<PendingEvents, 'add' | 'close'>;
  },
): Promise<void> => {
  const start = ({ since }: Gathering) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn, ...webhookRun(since) }));
  try {
    await start(gathering);
  } catch (error: unknown) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    await pending.close(gathering);
    await start(await pending.add(keys));
  }
};
