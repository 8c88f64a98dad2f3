import { AppError } from '../../../shared/core/errors.ts';
import { suggest } from '../print/advice.ts';
import { serviceManager } from '../service/choose-manager.ts';
import type { ServiceState } from '../service/service-manager.ts';
import { serviceName } from '../service/service-name.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const CHECK = 'service';

const describe = (state: ServiceState, dataDir: string): Finding => {
  if (state.running) return ok(CHECK, `running, starts at ${state.starts_at ?? 'no time by itself'}`);
  const ended = state.exit_code === null ? '' : `, exit code ${state.exit_code}`;
  return problem(
    CHECK,
    `installed, but ${state.state}${ended}`,
    `run ${suggest('service', { dataDir }, 'logs')} to see why, and ${suggest('service', { dataDir }, 'install')} to start it again`,
  );
};

/** Whether the service of the folder runs. No finding if none is installed. */
export const checkService = async (dataDir: string): Promise<Finding[]> => {
  if (process.platform !== 'linux' && process.platform !== 'darwin') return [];
  try {
    const state = await (await serviceManager(process.platform)).state(serviceName(dataDir));
    return state.installed ? [describe(state, dataDir)] : [];
  } catch (error: unknown) {
    if (!(error instanceof AppError)) throw error;
    return [warning(CHECK, error.message, `run ${suggest('service', { dataDir }, 'status')} as its user`)];
  }
};
