import type { LocalServices } from '../../services/local/start.ts';
import { startRun } from '../../services/operations/runs/executions.ts';
import type { RunInput } from '../../shared/core/messages.ts';

/** Starts a run of the local pipeline as a command does. */
export const startLocalRun = async (
  { clients, outputs }: Pick<LocalServices, 'clients' | 'outputs'>,
  name: string,
  input: RunInput,
): Promise<void> => {
  await startRun({ sfn: clients.sfn, outputs }, name, input);
};
