import { type Connection, parseConnection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { readCredentialsFile } from '../../local/data-folder/credentials-file.ts';

/** What is kept where the functions look for credentials. */
export type Stored =
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** A personal access token. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  /** Something that is no credentials. `reason` is a clause about the place. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** This caller may not read it; the functions may. */
  | { readonly kind: 'unreadable' };

/** What a data folder keeps. */
export type StoredInFolder = Exclude<Stored, { readonly kind: 'token' | 'unreadable' }>;

const UNUSABLE = 'holds no connection that can be used';

/** What `text` is: a connection, a token by itself, or a connection that cannot be used. */
export const storedIn = (text: string): Exclude<Stored, { readonly kind: 'none' | 'unreadable' }> => {
  try {
    const connection = parseConnection(text);
    return connection ? { kind: 'connection', connection } : { kind: 'token', token: text.trim() };
  } catch {
    // Both yup's and JSON's errors repeat what they do not like.
    return { kind: 'unusable', reason: UNUSABLE };
  }
};

/** What `credentials.json` of a data folder holds. Throws DataFolderBroken where it cannot be read. */
export const storedInFolder = (dataDir: string): StoredInFolder => {
  const text = readCredentialsFile(dataDir);
  if (text === undefined) return { kind: 'none' };
  const stored = storedIn(text);
  // A personal token comes from OURA_API_KEY on one machine, and is written nowhere.
  return stored.kind === 'token' ? { kind: 'unusable', reason: UNUSABLE } : stored;
};
