import { existsSync } from 'node:fs';
import { systemClock } from '../../shared/runtime/clock.ts';
import type { Clients } from '../local/clients.ts';
import { connectLocal } from '../local/start.ts';
import { localSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** The tables and queues in a data folder, and how to reach them. */
export interface DataFolder extends Clients {
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs `work` on the services of a data folder: those of the process that has it open, or, where none has, services
 * opened for as long as `work` takes.
 */
export const withDataFolder = async <Result>(
  dataDir: string,
  work: (folder: DataFolder) => Promise<Result>,
): Promise<Result> => {
  if (!existsSync(dataDir)) {
    throw new UsageError(
      `There is no data folder ${dataDir}: run npm start first, or name another with --data-dir.`,
    );
  }
  const services = await connectLocal({
    settings: localSettings(),
    dataDir,
    clock: systemClock,
    secrets: {},
    console,
  });
  try {
    return await work({ ...services.clients, outputs: services.outputs });
  } finally {
    await services.stop();
  }
};
