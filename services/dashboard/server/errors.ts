import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
/** The page asked for something that cannot be done as asked. */
export class BadRequest extends AppError {
  override readonly name = 'BadRequest';
  override readonly consequences: Consequences = PERMANENT;
}

/** Nothing consumes here, so a run or a redrive would only wait. */
export class ReadOnly extends AppError {
  override readonly name = 'ReadOnly';
  override readonly consequences: Consequences = PERMANENT;
}
