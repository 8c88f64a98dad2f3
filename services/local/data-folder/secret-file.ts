import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../../../shared/core/system-reason.ts';
import { DataFolderBroken } from './errors.ts';
import { writeDurably } from './write-durably.ts';

/** A file of a data folder that only its owner may read. Its errors show none of the content. */
export interface SecretFile {
  /** Returns `undefined` if there is none. Throws {@link DataFolderBroken}. */
  read(): string | undefined;
  /** Writes `text` durably into the existing folder, with mode 0600. Throws {@link DataFolderBroken}. */
  write(text: string): void;
}

const secretFile = (dataDir: string, name: string): SecretFile => {
  const path = join(dataDir, name);
  const guarded = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error: unknown) {
      throw new DataFolderBroken(dataDir, `${name}: ${systemReason(error)}`, error);
    }
  };
  return {
    read: () => guarded(() => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)),
    write: (text) => guarded(() => writeDurably(path, text)),
  };
};

/** The name of the file that holds the connection. */
export const CREDENTIALS_FILE = 'credentials.json';

/** The connection document (shared/oura/credentials/oauth-grant.ts). */
export const credentialsFile = (dataDir: string): SecretFile => secretFile(dataDir, CREDENTIALS_FILE);

/** The key of the page's cookies. */
export const pageKeyFile = (dataDir: string): SecretFile => secretFile(dataDir, 'page-key');

/** The secrets of the receiver (shared/oura/webhooks/webhook-secrets.ts). */
export const webhookSecretFile = (dataDir: string): SecretFile => secretFile(dataDir, 'webhook.json');

/** Where notifications go (services/cli/notify/destination.ts). */
export const notifyFile = (dataDir: string): SecretFile => secretFile(dataDir, 'notify');
