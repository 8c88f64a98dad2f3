import { UsageError } from '../usage-error.ts';
import type { ServiceManager } from './service-manager.ts';

/** Throws a UsageError on a system with neither systemd nor launchd. */
export const serviceManager = async (platform: NodeJS.Platform): Promise<ServiceManager> => {
  if (platform === 'linux') return (await import('./systemd.ts')).systemd;
  if (platform === 'darwin') return (await import('./launchd.ts')).launchd;
  throw new UsageError(
    `There is no service on ${platform}: run npm start under a service manager of that system.`,
  );
};
