import { setTimeout as delay } from 'node:timers/promises';
import { DataFolderInUse } from './data-folder/errors.ts';
import { findRunning } from './data-folder/runtime-file.ts';
import { savedTemplate } from './data-folder/saved-template.ts';
import { createClients } from './emulators/clients.ts';
import { remoteCall } from './emulators/remote-call.ts';
import type { LocalOptions, LocalServices } from './start.ts';

/** How long to wait while another short command uses the data folder. */
const IN_USE_TIMEOUT_MS = 3000;
const IN_USE_POLL_MS = 100;

/**
 * Connects to the process that serves the data folder, with the settings of that process. If none does, opens the
 * services in this process and throws as {@link openLocal} does.
 */
export const connectLocal = async (options: LocalOptions): Promise<LocalServices> => {
  const deadline = performance.now() + IN_USE_TIMEOUT_MS;
  for (;;) {
    const running = await findRunning(options.dataDir);
    if (running) {
      const { endpoint, outputs } = running;
      const clients = createClients(endpoint, running);
      return {
        endpoint,
        outputs,
        clients,
        backup: async (withCredentials) => {
          const { requestBackup } = await import('./backup/make-backup.ts');
          return requestBackup(remoteCall(endpoint, running), withCredentials);
        },
        stop: async () => clients.destroy(),
      };
    }
    try {
      // Imported only here: the client of a running process needs neither the CDK nor the emulators.
      const { openLocal } = await import('./start.ts');
      const template = options.template ?? savedTemplate(options.dataDir);
      return await openLocal({ ...options, ...(template && { template }) });
    } catch (error: unknown) {
      if (!(error instanceof DataFolderInUse) || performance.now() > deadline) throw error;
      await delay(IN_USE_POLL_MS);
    }
  }
};
