import { credentialsFile } from '../../local/data-folder/secret-file.ts';
import { type Stored, storedIn } from '../../operations/credentials/stored-credentials.ts';

export type StoredInFolder = Exclude<Stored, { readonly kind: 'token' | 'unreadable' }>;

/** Reads `credentials.json` of a data folder. Throws DataFolderBroken if it cannot be read. */
export const storedInFolder = (dataDir: string): StoredInFolder => {
  const text = credentialsFile(dataDir).read();
  if (text === undefined) return { kind: 'none' };
  const stored = storedIn(text);
  // On one machine a personal token comes from OURA_API_KEY and is not stored.
  return stored.kind === 'token' ? { kind: 'unusable', reason: 'holds no usable connection' } : stored;
};
