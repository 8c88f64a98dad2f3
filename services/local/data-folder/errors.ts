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

/** The folder holds something else, such as the user's documents. Nothing in it was changed. */
export class NotADataFolder extends AppError {
  override readonly name = 'NotADataFolder';
  override readonly consequences: Consequences = INCORRECT;

  constructor(folder: string) {
    super(
      `The folder ${folder} is not empty and not a data folder, so nothing in it was changed: choose another folder with --data-dir`,
    );
  }
}
