import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, clockFrom, systemClock } from '../../../shared/core/clock.ts';
import { connectLocal } from '../../local/connect.ts';
import type { Stack } from '../../operations/stack.ts';
import { systemCode, systemReason } from '../system-reason.ts';
import { UsageError } from '../usage-error.ts';
import { localSettings } from './settings.ts';

/** Which stack a command means: the deployed one with `aws`, else the one in the data folder. */
export interface StackOptions {
  readonly dataDir: string;
  readonly aws?: boolean;
  readonly stack?: string;
  /** What `--now` pins the clock to. */
  readonly now?: number;
}

/** The clock that `--now` pins, else the system's. */
export const clockOf = ({ now }: Pick<StackOptions, 'now'>): Clock =>
  now === undefined ? systemClock : clockFrom(now);

/**
 * Refuses a folder that no pipeline has run in: opening it would make tables and queues in it, and take it from everybody else.
 */
export const checkDataFolder = (dataDir: string): void => {
  try {
    statSync(join(dataDir, 'owner.lock'));
    return;
  } catch (error: unknown) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
      throw new UsageError(
        `${dataDir} may not be read (${systemReason(error)}): chown it to yourself, or name another with --data-dir.`,
      );
    }
  }
  throw new UsageError(
    `${dataDir} is not a data folder in which npm start has run: run it first, or name another with --data-dir.`,
  );
};

/**
 * Runs `work` on a stack. In a data folder these are the services of the process that has it open, or, where none has,
 * services opened for as long as `work` takes.
 */
export const withStack = <Result>(
  options: StackOptions,
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> => withOpenStack({ ...options, shared: false }, work);

/** As {@link withStack}, for longer than a short command takes: other commands find the stack and work beside it. */
export const withServedStack = <Result>(
  options: StackOptions,
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> => withOpenStack({ ...options, shared: true }, work);

const withOpenStack = async <Result>(
  options: StackOptions & { readonly shared: boolean },
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> => {
  const { dataDir } = options;
  if (options.aws) {
    const { withAwsStack } = await import('./aws-stack.ts');
    return withAwsStack(options.stack, work);
  }
  checkDataFolder(dataDir);
  const clock = clockOf(options);
  const settings = localSettings();
  const { shared } = options;
  const services = await connectLocal({ settings, dataDir, clock, secrets: {}, console, shared });
  try {
    return await work({ ...services.clients, clock, outputs: services.outputs });
  } finally {
    await services.stop();
  }
};
