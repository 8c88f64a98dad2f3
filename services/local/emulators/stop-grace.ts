/** How long a stop waits for running invocations: two full batches on a slow machine. Longer ones run again after the next start. */
export const STOP_GRACE_SECONDS = 30;
