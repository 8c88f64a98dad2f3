import type { SSMClient } from '@aws-sdk/client-ssm';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { SSM_REFERENCE } from '../../../shared/core/names.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { ApiKeyMissing } from '../../../shared/oura/errors.ts';
import { makeDataFolder } from '../../local/data-folder/data-folder.ts';
import { credentialsFile } from '../../local/data-folder/secret-file.ts';
import { type Stored, storedInParameter } from '../../operations/credentials/stored-credentials.ts';
import { storedInFolder } from '../target/folder-credentials.ts';
import { checkRingOfFolder, noteRingOfFolder } from '../target/ring-of-folder.ts';
import { ConnectFailed } from './connect-failed.ts';

/** Where a connection is stored. */
export interface ConnectionStore {
  /** For people, e.g. `.data/credentials.json`. */
  readonly place: string;
  read(): Promise<Stored>;
  write(connection: Connection): Promise<void>;
}

/** `credentials.json` of a data folder. Writing creates the folder, or throws a UsageError if it holds simulated nights. */
export const folderStore = (dataDir: string): ConnectionStore => ({
  place: `${dataDir}/credentials.json`,
  read: async () => storedInFolder(dataDir),
  write: async (connection) => {
    await checkRingOfFolder(dataDir, 'real');
    makeDataFolder(dataDir);
    credentialsFile(dataDir).write(JSON.stringify(connection));
    noteRingOfFolder(dataDir, 'real');
  },
});

/** The SecureString parameter of a deployed stack. Throws the SDK's errors about login and permissions. */
export const stackStore = (ssm: SSMClient, parameter: string): ConnectionStore => {
  const store = parameterStore(ssm, `${SSM_REFERENCE}${parameter}`);
  return {
    place: `the parameter ${parameter}`,
    read: () => storedInParameter(ssm, parameter),
    write: async (connection) => {
      try {
        await store.write(connection);
      } catch (error: unknown) {
        if (!(error instanceof ApiKeyMissing)) throw error;
        throw new ConnectFailed(`Nothing was stored: the parameter ${error.parameter} ${error.reason}.`);
      }
    },
  };
};
