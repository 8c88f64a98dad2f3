import { AppError, type Consequences, INCORRECT } from '../errors.ts';

/** A schedule expression that EventBridge Scheduler rejects or the local scheduler cannot run. The message says why. */
export class InvalidSchedule extends AppError {
  override readonly name = 'InvalidSchedule';
  override readonly consequences: Consequences = INCORRECT;
}
