import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';
/** Another process owns the data folder. Retryable: it may end. */
export class DataFolderInUse extends AppError {
  override readonly name = 'DataFolderInUse';
  override readonly consequences: Consequences = { ...INCORRECT, retryable: true };
  readonly dataDir: string;

  constructor(dataDir: string) {
    super(`The data folder ${dataDir} is in use by another process: stop that one first`);
    this.dataDir = dataDir;
  }
}

/** The data folder cannot be used: no folder, no permission, or its content is damaged. */
export class DataFolderBroken extends AppError {
  override readonly name = 'DataFolderBroken';
  override readonly consequences: Consequences = INCORRECT;
  readonly dataDir: string;

  constructor(dataDir: string, reason: string, cause?: unknown) {
    super(`The data folder ${dataDir} cannot be used: ${reason}`, { cause });
    this.dataDir = dataDir;
  }
}
