import { AppError, type Consequences, PERMANENT } from '../../../../shared/core/errors.ts';

/** A file is not a supported workout file. The message says why in one sentence. */
export class WorkoutFileUnusable extends AppError {
  override readonly name = 'WorkoutFileUnusable';
  override readonly consequences: Consequences = PERMANENT;
}

/** A row is not a valid set. The message says why. */
export class InvalidRow extends AppError {
  override readonly name = 'InvalidRow';
  override readonly consequences: Consequences = PERMANENT;
}
