import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './data-folder.ts';
import { DataFolderBroken } from './errors.ts';
import { writeDurably } from './write-durably.ts';

const pathIn = (dataDir: string): string => join(dataDir, 'credentials.json');

/**
 * Reads the connection document (shared/oura/credentials/oauth-grant.ts), `undefined` if there is none. Throws
 * {@link DataFolderBroken} with a message that shows none of the content.
 */
export const readCredentialsFile = (dataDir: string): string | undefined => {
  const path = pathIn(dataDir);
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, `credentials.json: ${reasonOf(error)}`, error);
  }
};

/** Writes `text` durably into the existing `dataDir`, with mode 0600. Throws {@link DataFolderBroken}. */
export const writeCredentialsFile = (dataDir: string, text: string): void => {
  try {
    writeDurably(pathIn(dataDir), text);
  } catch (error: unknown) {
    throw new DataFolderBroken(dataDir, `credentials.json: ${reasonOf(error)}`, error);
  }
};
