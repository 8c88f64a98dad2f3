/** A schedule expression that EventBridge Scheduler refuses, or that the local scheduler cannot run. The message says why. */
export class InvalidSchedule extends Error {
  override readonly name = 'InvalidSchedule';
  readonly retryable = false;
}
