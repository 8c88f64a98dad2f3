import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { systemReason } from '../../../../shared/core/system-reason.ts';
import { DataFolderBroken, DataFolderInUse } from '../../data-folder/errors.ts';
import { oldTables, replacedTables, replaceTables, tablesFile } from '../../data-folder/tables.ts';
import { copyDynalite } from './copy-dynalite.ts';
import { TableStore } from './table-store.ts';

const removeFile = (path: string): void => {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
};

const isLocked = (error: unknown): boolean => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED';
};

/** Whether SQLite could not write, rather than dynalite read. */
const isOfSqlite = (error: unknown): boolean => error instanceof Error && 'errcode' in error;

const explain = (error: unknown, from: string | undefined, to: string): string => {
  if (from !== undefined && isOfSqlite(error))
    return `${basename(from)} is intact, but cannot be copied to ${basename(to)} (${systemReason(error)}). Is the disk full?`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `${basename(from ?? to)}: ${systemReason(cause)}`;
};

/**
 * Creates the file of the tables if it is missing, with the tables that a version before 0.3 kept with dynalite. The file
 * is complete and on disk before it gets its name, so an empty file is a damaged one. The old tables stay beside it until
 * a run succeeds. Throws {@link DataFolderInUse} or {@link DataFolderBroken}.
 */
export const createTablesFile = async (dataDir: string): Promise<void> => {
  const path = tablesFile(dataDir);
  if (existsSync(path)) return;
  const from = [oldTables(dataDir), replacedTables(dataDir)].find((each) => existsSync(each));
  const unfinished = `${path}.new`;
  try {
    removeFile(unfinished);
    const store = TableStore.create(unfinished);
    try {
      if (from !== undefined) await copyDynalite(from, store);
    } finally {
      store.close();
    }
    replaceTables(dataDir, unfinished);
  } catch (error: unknown) {
    removeFile(unfinished);
    if (isLocked(error)) throw new DataFolderInUse(dataDir);
    throw new DataFolderBroken(dataDir, explain(error, from, path), error);
  }
};
