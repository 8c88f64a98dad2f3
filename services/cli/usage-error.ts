import { AppError, type Consequences, INCORRECT } from '../../shared/core/errors.ts';
/** A mistake of the user: one clear sentence, exit code 2, no stack trace. */
export class UsageError extends AppError {
  override readonly name = 'UsageError';
  override readonly consequences: Consequences = INCORRECT;
}
