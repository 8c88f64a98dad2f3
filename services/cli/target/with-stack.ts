import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, clockFrom, systemClock } from '../../../shared/core/clock.ts';
import { systemCode, systemReason } from '../../../shared/core/system-reason.ts';
import { connectLocal } from '../../local/connect.ts';
import { DataFolderBroken } from '../../local/data-folder/errors.ts';
import { copyForReading, isReadOnly } from '../../local/data-folder/read-only.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { LocalServices } from '../../local/start.ts';
import type { Stack } from '../../operations/stack.ts';
import { suggest } from '../print/advice.ts';
import { printError } from '../print/write.ts';
import { UsageError } from '../usage-error.ts';
import { localSettings } from './settings.ts';
import { zoneOf } from './time-zone.ts';

/** Selects a stack: the deployed one with `aws`, else the one in the data folder. */
export interface StackOptions {
  readonly dataDir: string;
  readonly aws?: boolean;
  readonly stack?: string | undefined;
  /** Epoch ms of `--now`. */
  readonly now?: number;
}

/** A clock that starts at `now`, else the system's. */
export const clockOf = ({ now }: Pick<StackOptions, 'now'>): Clock =>
  now === undefined ? systemClock : clockFrom(now);

/** Rejects a folder in which no pipeline has run: opening it would create tables and queues in it, and lock it. */
export const checkDataFolder = (dataDir: string): void => {
  try {
    statSync(join(dataDir, 'owner.lock'));
    return;
  } catch (error: unknown) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
      throw new UsageError(
        `Cannot read ${dataDir} (${systemReason(error)}): chown it to yourself, or choose another folder with --data-dir.`,
      );
    }
  }
  throw new UsageError(
    `npm start has not run in ${dataDir} yet: run ${suggest('start', { dataDir })} first, or choose another folder with --data-dir.`,
  );
};

interface Use {
  readonly shared?: boolean;
  readonly inspects?: boolean;
}

/**
 * Runs `work` on the services of a data folder. It connects to the process that has the folder open. If there is none, it opens
 * the folder while `work` runs. With `shared`, other commands then find the services and can connect to them. With `inspects`,
 * `work` changes nothing, so that it also runs on a folder that cannot be written.
 */
export const withServices = async <Result>(
  options: Omit<StackOptions, 'aws' | 'stack'> & Use,
  work: (services: LocalServices) => Promise<Result>,
): Promise<Result> => {
  const { dataDir, shared = false, inspects = false } = options;
  checkDataFolder(dataDir);
  const connectTo = (folder: string) =>
    connectLocal({
      settings: localSettings({ timeZone: zoneOf({ dataDir }).timeZone }),
      dataDir: folder,
      clock: clockOf(options),
      secrets: {},
      console,
      shared,
    });
  const use = async (services: LocalServices): Promise<Result> => {
    try {
      return await work(services);
    } finally {
      await services.stop();
    }
  };
  if (!isReadOnly(dataDir) || (await findRunning(dataDir))) return use(await connectTo(dataDir));
  if (!inspects) throw new DataFolderBroken(dataDir, 'it is read-only, and this command writes into it');
  const copy = copyForReading(dataDir);
  try {
    printError(`The data folder ${dataDir} is read-only: this is what it holds.`);
    return await use(await connectTo(copy.dataDir));
  } catch (error: unknown) {
    throw error instanceof DataFolderBroken ? new DataFolderBroken(dataDir, error.reason, error) : error;
  } finally {
    copy.remove();
  }
};

/**
 * Runs `work` on the deployed stack, or on that of a data folder as {@link withServices} does.
 */
export const withStack = async <Result>(
  options: StackOptions & Use,
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> => {
  if (options.aws) {
    const { withAwsStack } = await import('./aws-stack.ts');
    return withAwsStack(options.stack, work);
  }
  return withServices(options, ({ clients, outputs }) =>
    work({ ...clients, clock: clockOf(options), outputs }),
  );
};
