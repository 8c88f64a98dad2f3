import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { systemCode, systemReason } from '../../../shared/core/system-reason.ts';
import { readBackup } from '../../local/backup/archive.ts';
import { removeUnfinished } from '../../local/backup/restore-backup.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { OPTION } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { print } from '../print/write.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { withServices } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface BackupOptions {
  readonly dataDir: string;
  readonly out: string;
  readonly force?: boolean;
  readonly withCredentials?: boolean;
}

export const backupCommand = (): Command =>
  new Command('backup')
    .description(
      'Copies the data folder into one file, which restore unpacks: nights, ledger, workouts, queues and runs as they are at one moment, also ' +
        'while npm start is running. Without the connection to Oura, unless you add --with-credentials. Logs are left out.',
    )
    .addOption(OPTION.dataDir())
    .addOption(OPTION.out('the file to write').makeOptionMandatory())
    .addOption(new Option('--force', 'replace the file if it exists'))
    .addOption(
      new Option(
        '--with-credentials',
        'include the connection to Oura: its refresh token works once, so either this folder or the restored one can use it, not both',
      ),
    )
    .action(async (options: BackupOptions) => {
      const { out, dataDir, withCredentials = false } = options;
      checkOut(options);
      const archive = await withServices({ dataDir, inspects: true }, (services) =>
        services.backup(withCredentials),
      );
      const { hasCredentials } = await readBackup(archive, out);
      write(out, archive);
      print(describe(options, archive.length, hasCredentials));
    });

/** Rejects a file that would be replaced, before the copy is made. */
const checkOut = ({ out, force }: BackupOptions): void => {
  if (!existsSync(dirname(out)))
    throw new UsageError(`The file ${out} cannot be written: there is no such folder.`);
  if (existsSync(out) && !force)
    throw new UsageError(
      `The file ${out} exists already: choose another name, or add --force to replace it.`,
    );
};

/** Writes the archive, and reads it back. */
const write = (out: string, archive: Uint8Array): void => {
  try {
    removeUnfinished(out);
    writeDurably(out, archive);
    if (!readFileSync(out).equals(archive)) throw new Error('its content is not what was written');
  } catch (error: unknown) {
    if (systemCode(error) === undefined) throw error;
    throw new UsageError(`The file ${out} cannot be written: ${systemReason(error)}.`);
  }
};

/** What the backup holds of the connection; empty if there is none to hold. */
const describeConnection = (dataDir: string, hasCredentials: boolean): string => {
  if (hasCredentials)
    return '\nIt holds your connection to Oura: keep it as safe as a password. Its refresh token works once, so do not use a restored folder while this one is in use.';
  return ringOfFolder(dataDir) === 'real' ? '\nIt does not hold your connection to Oura.' : '';
};

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const describe = ({ out, dataDir }: BackupOptions, bytes: number, hasCredentials: boolean): string =>
  `Wrote ${out} (${sizeOf(bytes)}), and checked that it can be restored.${describeConnection(dataDir, hasCredentials)}\n` +
  `To restore it, run ${suggest('restore', { dataDir: 'DIR' }, '--from', out)}.`;
