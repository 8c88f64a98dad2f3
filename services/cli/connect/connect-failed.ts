import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';
/** Connecting failed, and a retry would not fix it. The message says what to do. It has no `cause`, which could hold a secret. */
export class ConnectFailed extends AppError {
  override readonly name = 'ConnectFailed';
  override readonly consequences: Consequences = PERMANENT;
}
