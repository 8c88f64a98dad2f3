import { setTimeout as delay } from 'node:timers/promises';
import { DataFolderInUse } from './data-folder/errors.ts';
import { findRunning } from './data-folder/runtime-file.ts';
import { savedTemplate } from './data-folder/saved-template.ts';
import { createClients } from './emulators/clients.ts';
import type { LocalOptions, LocalServices } from './start.ts';

/** How long a command waits for another short one to let go of the data folder. */
const IN_USE_PATIENCE_MS = 3000;
const IN_USE_LOOK_MS = 100;

/**
 * The services of the process that serves the data folder, where there is one, with the settings that it runs with;
 * else this process opens them. Throws as {@link openLocal} does.
 * @param stays whether it opens them for longer than a short command: others then find them, instead of waiting for their end
 */
export const connectLocal = async (options: LocalOptions, stays = false): Promise<LocalServices> => {
  const patience = performance.now() + IN_USE_PATIENCE_MS;
  for (;;) {
    const running = await findRunning(options.dataDir);
    if (running) {
      const clients = createClients(running.endpoint, running.accessKeyId);
      return {
        endpoint: running.endpoint,
        outputs: running.outputs,
        clients,
        stop: async () => clients.destroy(),
      };
    }
    try {
      // Loaded only here: a command that asks a running process needs neither the CDK nor the embedded services.
      const { openLocal, serveLocal } = await import('./start.ts');
      const template = options.template ?? savedTemplate(options.dataDir);
      return await (stays ? serveLocal : openLocal)({ ...options, ...(template && { template }) });
    } catch (error: unknown) {
      if (!(error instanceof DataFolderInUse) || performance.now() > patience) throw error;
      await delay(IN_USE_LOOK_MS);
    }
  }
};
