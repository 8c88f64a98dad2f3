import { existsSync } from 'node:fs';
import { systemClock } from '../../shared/runtime/clock.ts';
import type { Clients } from '../local/clients.ts';
import { connectLocal } from '../local/connect.ts';
import { localSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** The tables, queues and state machine of a stack, and how to reach them: on AWS or in a data folder. */
export interface Stack extends Clients {
  /** Values of the stack's outputs by name (OUTPUT in shared/contract/names.ts). */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Which stack a command means: the deployed one with `aws`, else the one in the data folder. */
export interface StackOptions {
  readonly dataDir: string;
  readonly aws?: boolean;
  readonly stack?: string;
}

/** Refuses a data folder that is not there: opening it would make an empty one. */
export const checkDataFolder = (dataDir: string): void => {
  if (existsSync(dataDir)) return;
  throw new UsageError(
    `There is no data folder ${dataDir}: run npm start first, or name another with --data-dir.`,
  );
};

/**
 * Runs `work` on a stack. In a data folder these are the services of the process that has it open, or, where none has,
 * services opened for as long as `work` takes.
 */
export const withStack = async <Result>(
  { dataDir, aws, stack }: StackOptions,
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> => {
  if (aws) {
    const { withAwsStack } = await import('./aws-stack.ts');
    return withAwsStack(stack, work);
  }
  checkDataFolder(dataDir);
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
