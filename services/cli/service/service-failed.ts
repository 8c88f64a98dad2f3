import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';

/** The service manager refused a request, or a tool of its own is missing. */
export class ServiceFailed extends AppError {
  override readonly name = 'ServiceFailed';
  override readonly consequences: Consequences = PERMANENT;
}
