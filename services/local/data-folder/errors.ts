import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';

/** Another process owns the data folder. */
export class DataFolderInUse extends AppError {
  override readonly name = 'DataFolderInUse';
  override readonly consequences: Consequences = { ...INCORRECT, retryable: true };

  constructor(dataDir: string) {
    super(`The data folder ${dataDir} is in use by another process: stop that one first`);
  }
}

/** The data folder is not a folder, cannot be read or written, or has damaged content. */
export class DataFolderBroken extends AppError {
  override readonly name = 'DataFolderBroken';
  override readonly consequences: Consequences = INCORRECT;

  constructor(dataDir: string, reason: string, cause?: unknown) {
    super(`The data folder ${dataDir} cannot be used: ${reason}`, { cause });
  }
}
