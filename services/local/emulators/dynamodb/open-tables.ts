import { systemReason } from '../../../../shared/core/system-reason.ts';
import { DataFolderBroken, DataFolderInUse } from '../../data-folder/errors.ts';
import { TABLES_FILE, tablesFile } from '../../data-folder/tables.ts';
import { createTablesFile } from './create-tables-file.ts';
import { isDamage, TableStore } from './table-store.ts';

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy. */
const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** The error of a file that SQLite or the store cannot use. */
export const unusableFile = (dataDir: string, error: unknown): DataFolderBroken =>
  new DataFolderBroken(
    dataDir,
    `${TABLES_FILE}${isDamage(error) ? ' is damaged' : ''}: ${systemReason(error)}`,
    error,
  );

/**
 * Opens the tables on disk, and copies those of a version before 0.3 first. Throws {@link DataFolderInUse} or
 * {@link DataFolderBroken}.
 */
export const openTables = async (dataDir: string): Promise<TableStore> => {
  await createTablesFile(dataDir);
  try {
    return new TableStore(tablesFile(dataDir));
  } catch (error: unknown) {
    throw isBusy(error) ? new DataFolderInUse(dataDir) : unusableFile(dataDir, error);
  }
};
