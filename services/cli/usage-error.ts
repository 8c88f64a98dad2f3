import { AppError, type Consequences, INCORRECT } from '../../shared/core/errors.ts';
/** The user asked for something that cannot be done as asked: one clear sentence, exit 2, no stack trace. */
export class UsageError extends AppError {
  override readonly name = 'UsageError';
  override readonly consequences: Consequences = INCORRECT;
}
