import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
export class BadRequest extends AppError {
  override readonly name = 'BadRequest';
  override readonly consequences: Consequences = PERMANENT;
}

/** No pipeline is running, so a run or a redrive would only wait. */
export class ReadOnly extends AppError {
  override readonly name = 'ReadOnly';
  override readonly consequences: Consequences = PERMANENT;
}
