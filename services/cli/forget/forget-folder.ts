import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { AppError } from '../../../shared/core/errors.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { plural } from '../../../shared/core/text.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { lockDataFolder } from '../../local/data-folder/data-folder.ts';
import {
  deleteContents,
  type FolderFiles,
  filesOf,
  type NotDeleted,
} from '../../local/data-folder/delete-contents.ts';
import { hasOurData, refuseOtherFolder } from '../../local/data-folder/is-data-folder.ts';
import { credentialsFile } from '../../local/data-folder/secret-file.ts';
import { hasTables } from '../../local/data-folder/tables.ts';
import { outputOf } from '../../operations/stack.ts';
import { confirm } from '../confirm.ts';
import { EXIT, isOfService } from '../exit.ts';
import { suggest } from '../print/advice.ts';
import { print } from '../print/write.ts';
import { storedInFolder } from '../target/folder-credentials.ts';
import { checkNotServed } from '../target/local-pipeline.ts';
import { ouraBaseUrl } from '../target/ring.ts';
import { withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { endAtOura } from './at-oura.ts';

export interface ForgetOptions {
  readonly dataDir: string;
  readonly yes?: boolean;
  /** Whether to delete the folder without a word to Oura. */
  readonly withoutOura?: boolean;
}

const checkExists = (dataDir: string): void => {
  if (!statSync(dataDir, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no data folder ${dataDir}: name one with --data-dir.`);
  refuseOtherFolder(dataDir);
  if (!hasOurData(dataDir) && readdirSync(dataDir).length > 0)
    throw new UsageError(`The folder ${dataDir} holds no data of ours: name a data folder with --data-dir.`);
};

/** Undefined if the folder holds none, or one that cannot be used: both can be deleted. */
const connectionOf = (dataDir: string): Connection | undefined => {
  try {
    const stored = storedInFolder(dataDir);
    return stored.kind === 'connection' ? stored.connection : undefined;
  } catch (error: unknown) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
};

/** Where the events of the folder go. Undefined if nowhere, or if the tables cannot be read any more. */
const callbackOf = async (dataDir: string): Promise<string | undefined> => {
  if (!hasTables(dataDir)) return undefined;
  try {
    return await withStack({ dataDir }, async (stack) => {
      const ledger = createWebhookSubscriptions(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
      return (await ledger.get()).callback_url;
    });
  } catch (error: unknown) {
    if (error instanceof AppError || isOfService(error)) return undefined;
    throw error;
  }
};

const describePlan = (dataDir: string, { ours, others }: FolderFiles, atOura: boolean): string =>
  [
    `This deletes ${plural(ours.length, 'file')} in ${dataDir}: nights, workouts, queues, runs, logs and credentials. It cannot be undone.`,
    ...(atOura
      ? ['It also revokes the connection to Oura, and removes the webhook subscriptions of this folder.']
      : []),
    ...(others.length > 0 ? [`These files are not ours, and stay: ${others.join(', ')}`] : []),
  ].join('\n');

const describeRest = (dataDir: string): string =>
  [
    'These remain, if you have them:',
    '- exports and backups that you have made',
    '- your application at Oura: delete it at https://developer.ouraring.com or https://cloud.ouraring.com/oauth/applications',
    `- a service of this folder: ${suggest('service', { dataDir }, 'remove')} removes it`,
    '- settings.json, and a stack on AWS',
  ].join('\n');

/** Deletes a data folder, and what it has at Oura. Returns the exit code. */
export const forgetFolder = async (options: ForgetOptions, env: NodeJS.ProcessEnv): Promise<number> => {
  const { dataDir, yes = false, withoutOura = false } = options;
  checkExists(dataDir);
  await checkNotServed(dataDir);
  const connection = withoutOura ? undefined : connectionOf(dataDir);
  print(describePlan(dataDir, filesOf(dataDir), connection !== undefined));
  if (!yes && !(await confirm('Delete it?'))) {
    print('Nothing was changed.');
    return EXIT.unsettled;
  }
  const callback = connection && (await callbackOf(dataDir));
  // Before anything ends at Oura: a process that has the folder open needs its connection.
  const unlock = lockDataFolder(dataDir);
  let failed: readonly NotDeleted[];
  try {
    if (connection && !(await end(connection, dataDir, callback, env))) {
      print(
        `Nothing in ${dataDir} was deleted, because it holds what another attempt needs: run the same command again, or add --without-oura.`,
      );
      return EXIT.unsettled;
    }
    failed = deleteContents(dataDir, filesOf(dataDir));
  } finally {
    unlock();
  }
  for (const { path, error } of failed) print(`${join(dataDir, path)} remains: ${systemReason(error)}.`);
  if (failed.length > 0) {
    print('Run the same command again to delete the rest.');
    return EXIT.unsettled;
  }
  print(`Deleted the data in ${dataDir}.\n${describeRest(dataDir)}`);
  return EXIT.settled;
};

/** Ends what the connection has at Oura, and returns whether all of it has ended. */
const end = async (
  connection: Connection,
  dataDir: string,
  callback: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<boolean> => {
  const { done, failed } = await endAtOura(connection, ouraBaseUrl(env), callback, (next) =>
    credentialsFile(dataDir).write(JSON.stringify(next)),
  );
  for (const line of [...done, ...failed]) print(line);
  return failed.length === 0;
};
