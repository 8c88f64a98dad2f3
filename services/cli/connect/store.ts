import type { SSMClient } from '@aws-sdk/client-ssm';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { SSM_REFERENCE } from '../../../shared/core/names.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { ApiKeyMissing } from '../../../shared/oura/errors.ts';
import { writeCredentialsFile } from '../../local/data-folder/credentials-file.ts';
import { makeDataFolder } from '../../local/data-folder/data-folder.ts';
import { type Stored, storedInParameter } from '../../operations/credentials/stored-credentials.ts';
import { storedInFolder } from '../target/folder-credentials.ts';
import { checkRingOfFolder, noteRingOfFolder } from '../target/ring-of-folder.ts';
import { ConnectFailed } from './connect-failed.ts';

/** Where a connection is kept. */
export interface ConnectionStore {
  /** For people, e.g. `.data/credentials.json`. */
  readonly place: string;
  read(): Promise<Stored>;
  write(connection: Connection): Promise<void>;
}

/** `credentials.json` of a data folder, which is made where missing. Writing throws a UsageError where it holds simulated nights. */
export const folderStore = (dataDir: string): ConnectionStore => {
  return {
    place: `${dataDir}/credentials.json`,
    read: async () => storedInFolder(dataDir),
    write: async (connection) => {
      checkRingOfFolder(dataDir, 'real');
      makeDataFolder(dataDir);
      writeCredentialsFile(dataDir, JSON.stringify(connection));
      noteRingOfFolder(dataDir, 'real');
    },
  };
};

/** The SecureString parameter that the functions of a deployed stack read. What AWS says of login and rights is passed on. */
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
