import { readdirSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { contentOf, isFileOf, LOCK_FILE } from './contents.ts';

/** The files of a data folder, as paths in it. */
export interface FolderFiles {
  /** Written by this version or an earlier one. The lock is the last: the rest is found by it after a kill. */
  readonly ours: readonly string[];
  readonly others: readonly string[];
}

export const filesOf = (dataDir: string): FolderFiles => {
  const ours: string[] = [];
  const others: string[] = [];
  for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
    const content = contentOf(entry.name);
    if (content === undefined || (content.files !== undefined) !== entry.isDirectory())
      // A link in the place of a file or a folder of ours is one of ours. What it leads to is not.
      (content !== undefined && entry.isSymbolicLink() ? ours : others).push(entry.name);
    else if (!entry.isDirectory()) ours.push(entry.name);
    else
      for (const file of readdirSync(join(dataDir, entry.name), { withFileTypes: true }))
        (isFileOf(content, file.name) && !file.isDirectory() ? ours : others).push(
          join(entry.name, file.name),
        );
  }
  const isLock = (path: string): number => Number(path === LOCK_FILE);
  return { ours: ours.sort((one, other) => isLock(one) - isLock(other)), others };
};

/** A file that could not be deleted, and the error of the system. */
export interface NotDeleted {
  readonly path: string;
  readonly error: unknown;
}

/**
 * Deletes the files that are ours, and then each folder that is empty, also `dataDir` itself. Continues after a failure, and
 * returns all of them.
 */
export const deleteContents = (dataDir: string, { ours, others }: FolderFiles): readonly NotDeleted[] => {
  const failed: NotDeleted[] = [];
  const attempt = (path: string, remove: (path: string) => void): void => {
    try {
      remove(join(dataDir, path));
    } catch (error: unknown) {
      failed.push({ path, error });
    }
  };
  // Without the lock, a folder that still holds nights would not be taken for one of ours.
  for (const path of ours) if (path !== LOCK_FILE || failed.length === 0) attempt(path, unlinkSync);
  const empty = (path: string): boolean => readdirSync(join(dataDir, path)).length === 0;
  const folders = readdirSync(dataDir, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && contentOf(entry.name)?.files !== undefined,
  );
  for (const { name } of folders) if (empty(name)) attempt(name, rmdirSync);
  if (others.length === 0 && failed.length === 0) attempt('.', (path) => rmdirSync(realpathSync(path)));
  return failed;
};
