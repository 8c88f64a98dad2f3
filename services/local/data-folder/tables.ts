import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { renameDurably } from './make-folder.ts';

/** The name of the file that holds the tables. */
export const TABLES_FILE = 'dynamodb.sqlite';

export const tablesFile = (dataDir: string): string => join(dataDir, TABLES_FILE);

/** The folder in which versions before 0.3 kept the tables, in LevelDB. */
export const oldTables = (dataDir: string): string => join(dataDir, 'dynamodb');

/** Where the old tables stay after they were copied, until a run succeeds on the new ones. */
export const replacedTables = (dataDir: string): string => join(dataDir, 'dynamodb.before-0.3');

/** Whether `npm start` has created tables in the folder. */
export const hasTables = (dataDir: string): boolean =>
  [tablesFile, oldTables, replacedTables].some((path) => existsSync(path(dataDir)));

/**
 * Puts a complete file in the place of the old tables. After a kill or a crash of the machine at any point, one of the two
 * is there. Old tables that kept their name beside the file would never be removed, hence a sync after each step.
 */
export const replaceTables = (dataDir: string, complete: string): void => {
  if (existsSync(oldTables(dataDir))) renameDurably(oldTables(dataDir), replacedTables(dataDir));
  renameDurably(complete, tablesFile(dataDir));
};

/** Removes the old tables, which a successful run has shown to be copied. */
export const removeReplacedTables = (dataDir: string): void =>
  rmSync(replacedTables(dataDir), { recursive: true, force: true });

/** A text that differs after each write to a table. SQLite creates an empty log when it opens the file, and removes it. */
export const tablesState = (dataDir: string): string =>
  [tablesFile(dataDir), `${tablesFile(dataDir)}-wal`]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((status) => (status?.size ? `${status.ino} ${status.size} ${status.mtimeMs}` : ''))
    .join();
