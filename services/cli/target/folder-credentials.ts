import { readCredentialsFile } from '../../local/data-folder/credentials-file.ts';
import { type Stored, storedIn } from '../../operations/credentials/stored-credentials.ts';

/** What a data folder keeps. */
export type StoredInFolder = Exclude<Stored, { readonly kind: 'token' | 'unreadable' }>;

/** What `credentials.json` of a data folder holds. Throws DataFolderBroken where it cannot be read. */
export const storedInFolder = (dataDir: string): StoredInFolder => {
  const text = readCredentialsFile(dataDir);
  if (text === undefined) return { kind: 'none' };
  const stored = storedIn(text);
  // A personal token comes from OURA_API_KEY on one machine, and is written nowhere.
  return stored.kind === 'token'
    ? { kind: 'unusable', reason: 'holds no connection that can be used' }
    : stored;
};
