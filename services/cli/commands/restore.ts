import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { type Backup, readBackup } from '../../local/backup/archive.ts';
import { restoreBackup } from '../../local/backup/restore-backup.ts';
import { checkZone } from '../doctor/time-zone.ts';
import { OPTION } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { print } from '../print/write.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { UsageError } from '../usage-error.ts';

interface RestoreOptions {
  readonly dataDir: string;
  readonly from: string;
}

export const restoreCommand = (): Command =>
  new Command('restore')
    .description('Unpacks a backup into a new or empty data folder.')
    .addOption(OPTION.fromFile().makeOptionMandatory())
    .addOption(OPTION.dataDir())
    .action(async ({ from, dataDir }: RestoreOptions) => {
      const backup = await readBackup(readBytes(from), from);
      restoreBackup(backup.files, dataDir);
      const { timeZone } = await checkZone(dataDir);
      print(describe(backup, dataDir, timeZone));
    });

const readBytes = (path: string): Uint8Array => {
  try {
    return readFileSync(path);
  } catch (error: unknown) {
    throw new UsageError(`The file ${path} cannot be read: ${systemReason(error)}.`);
  }
};

const describe = ({ madeAt, version, hasCredentials }: Backup, dataDir: string, timeZone: string): string => {
  const said = `Restored the backup of ${showInstant(madeAt, timeZone)} (version ${version}) into ${dataDir}.`;
  const start = suggest('start', { dataDir });
  if (hasCredentials)
    return `${said}\nIt holds a connection to Oura, whose refresh token works once: if another folder has used it since, run ${suggest('connect', { dataDir })}. Then run ${start}.`;
  return ringOfFolder(dataDir) === 'real'
    ? `${said}\nIt holds no connection to Oura: run ${suggest('connect', { dataDir })}, then ${start}.`
    : `${said}\nTo go on, run ${start}.`;
};
