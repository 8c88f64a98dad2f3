import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
/** Nothing was connected, and no retry would mend it: one sentence that says what to do. Never holds a secret, nor a cause that might. */
export class ConnectFailed extends AppError {
  override readonly name = 'ConnectFailed';
  override readonly consequences: Consequences = PERMANENT;
}
