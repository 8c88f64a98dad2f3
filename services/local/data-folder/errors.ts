import { AppError, type Consequences, INCORRECT } from '../../../shared/core/errors.ts';

/** Another process owns the data folder. */
export class DataFolderInUse extends AppError {
  override readonly name = 'DataFolderInUse';
  override readonly consequences: Consequences = { ...INCORRECT, retryable: true };

  /** @param owner the process, if it is known: the lock does not name it */
  constructor(dataDir: string, owner = 'another process') {
    super(
      `The data folder ${dataDir} is in use by ${owner}: stop it first, or choose another folder with --data-dir`,
    );
  }
}

/** The data folder is not a folder, cannot be read or written, or has damaged content. */
export class DataFolderBroken extends AppError {
  override readonly name = 'DataFolderBroken';
  override readonly consequences: Consequences = INCORRECT;
  readonly reason: string;

  constructor(dataDir: string, reason: string, cause?: unknown) {
    super(`The data folder ${dataDir} cannot be used: ${reason}`, { cause });
    this.reason = reason;
  }
}
