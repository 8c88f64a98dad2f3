import { reasonOf } from '../../data-folder/data-folder.ts';
import { DataFolderBroken, DataFolderInUse } from '../../data-folder/errors.ts';
import { TABLES_FILE, tablesFile } from '../../data-folder/tables.ts';
import type { AwsReply, AwsService } from '../aws-json.ts';
import { createTablesFile } from './create-tables-file.ts';
import { createService } from './service.ts';
import { isDamage, TableStore } from './table-store.ts';

/** The embedded DynamoDB. */
export interface DynamoDb {
  readonly service: AwsService;
  end(): Promise<void>;
}

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy. */
const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

const broken = (dataDir: string, error: unknown): DataFolderBroken =>
  new DataFolderBroken(
    dataDir,
    `${TABLES_FILE}${isDamage(error) ? ' is damaged' : ''}: ${reasonOf(error)}`,
    error,
  );

const openStore = (dataDir: string): TableStore => {
  try {
    return new TableStore(tablesFile(dataDir));
  } catch (error: unknown) {
    throw isBusy(error) ? new DataFolderInUse(dataDir) : broken(dataDir, error);
  }
};

/**
 * Opens the tables on disk, and copies those of a version before 0.3 first. Throws {@link DataFolderInUse} or
 * {@link DataFolderBroken}.
 * @param dataDir a folder that this process has locked
 */
export const openDynamoDb = async (dataDir: string): Promise<DynamoDb> => {
  await createTablesFile(dataDir);
  const store = openStore(dataDir);
  const call = createService(store, (error) => broken(dataDir, error).message);
  const running = new Set<Promise<AwsReply>>();
  let ended = false;
  return {
    service: (request) => {
      if (ended) return Promise.reject(new Error('The tables are being closed'));
      const reply = call(request).finally(() => running.delete(reply));
      running.add(reply);
      return reply;
    },
    end: async () => {
      ended = true;
      await Promise.all(running);
      store.close();
    },
  };
};
