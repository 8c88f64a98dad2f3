import { PagePortInUse } from '../dashboard/server/serve.ts';
import { PortInUse } from '../local/emulators/loopback-server.ts';
import { UsageError } from './usage-error.ts';

/** Runs `work`. If a port is in use, the error names its option. @param ports the ports of the options */
export const namingPortOption = async <Result>(
  ports: Readonly<Record<string, number | undefined>>,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error: unknown) {
    if (!(error instanceof PortInUse || error instanceof PagePortInUse)) throw error;
    const [option] = Object.entries(ports).find(([, port]) => port === error.port) ?? [];
    if (option === undefined) throw error;
    throw new UsageError(
      `Port ${error.port} is in use by another program: choose another one with ${option}.`,
    );
  }
};
