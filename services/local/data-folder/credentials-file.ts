import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './data-folder.ts';
import { DataFolderBroken } from './errors.ts';
import { writeDurably } from './write-durably.ts';

const pathIn = (dataDir: string): string => join(dataDir, 'credentials.json');

/**
 * What the stack's parameter holds on this machine: a connection document (shared/oura/credentials/oauth-grant.ts); undefined where
 * `dataDir` has none. Throws {@link DataFolderBroken}, whose sentence tells nothing of the content.
 */
export const readCredentialsFile = (dataDir: string): string | undefined => {
  const path = pathIn(dataDir);
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, `credentials.json: ${reasonOf(error)}`, error);
  }
};

/** Keeps `text` in `dataDir`, which is there, for its owner only (0600), at once and whole. Throws {@link DataFolderBroken}. */
export const writeCredentialsFile = (dataDir: string, text: string): void => {
  try {
    writeDurably(pathIn(dataDir), text);
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, `credentials.json: ${reasonOf(error)}`, error);
  }
};
