import packageJson from '../../../package.json' with { type: 'json' };
import type { Clock } from '../../../shared/core/clock.ts';
import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
import { TABLES_FILE } from '../data-folder/tables.ts';
import { AwsError, type AwsService, jsonService } from '../emulators/aws-json.ts';
import type { DynamoDb } from '../emulators/dynamodb/open.ts';
import type { ServiceName } from '../emulators/endpoint.ts';
import type { Sqs } from '../emulators/sqs.ts';
import { packBackup } from './archive.ts';
import { QUEUES_FILE, readPlainFiles } from './backup-files.ts';

/** The process that has the folder open did not make a backup. */
class BackupFailed extends AppError {
  override readonly name = 'BackupFailed';
  override readonly consequences: Consequences = { ...INCORRECT, retryable: true };
}

/** The name of the service in `X-Amz-Target`. AWS has no such service. */
export const BACKUP_SERVICE = 'OuraSleepSync' satisfies ServiceName;

interface BackupOptions {
  readonly dataDir: string;
  readonly dynamodb: Pick<DynamoDb, 'copy'>;
  readonly sqs: Pick<Sqs, 'copy'>;
  readonly clock: Clock;
}

/**
 * Copies a folder that this process has open, as a kill at this moment would leave it. The queues and the plain files are read
 * in one turn of the event loop, and the copy of the tables is asked for in the same turn: their engine makes it after the
 * calls that it has got, and no later call can have changed a queue. A start continues from there as after a kill.
 */
const copyFolder = async (
  { dataDir, dynamodb, sqs }: BackupOptions,
  secrets: { readonly withCredentials: boolean },
): Promise<Map<string, Uint8Array>> => {
  const tables = dynamodb.copy();
  // An error below must not leave the failure of this promise unhandled.
  tables.catch(() => undefined);
  const queues = sqs.copy();
  const plain = readPlainFiles(dataDir, secrets);
  return new Map([[TABLES_FILE, await tables], [QUEUES_FILE, queues], ...plain]);
};

/** Makes backups of the folder that this process has open: `{withCredentials}` is answered with `{archive}`, in base64. */
export const createBackupService = (options: BackupOptions): AwsService =>
  jsonService({
    MakeBackup: async ({ withCredentials }) => {
      if (typeof withCredentials !== 'boolean')
        throw new AwsError('ValidationException', 'withCredentials is required and must be a Boolean');
      const files = await copyFolder(options, { withCredentials });
      const archive = await packBackup(files, packageJson.version, new Date(options.clock.now()));
      return { archive: Buffer.from(archive).toString('base64') };
    },
  });

/** Asks the process behind `call` for a backup of its folder. */
export const requestBackup = async (call: AwsService, withCredentials: boolean): Promise<Uint8Array> => {
  const { status, body } = await call({
    target: `${BACKUP_SERVICE}.MakeBackup`,
    headers: {},
    body: JSON.stringify({ withCredentials }),
  });
  const reply = JSON.parse(body) as { archive?: unknown; __type?: unknown; message?: unknown };
  if (status === 200 && typeof reply.archive === 'string') return Buffer.from(reply.archive, 'base64');
  throw reply.__type === 'UnknownOperationException'
    ? new BackupFailed('The process that serves the data folder is of an earlier version: stop it first')
    : new BackupFailed(`The data folder cannot be copied: ${String(reply.message ?? status)}`);
};
