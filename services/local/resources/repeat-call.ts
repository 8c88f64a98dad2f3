import { setTimeout as delay } from 'node:timers/promises';

/** How long EventBridge repeats a call that fails, by default, and how often we do. */
const PACE = { forMs: 24 * 60 * 60_000, everyMs: 60_000 };

const isOfService = (error: unknown): boolean =>
  error instanceof Error && '$fault' in error && error.$fault === 'server';

interface Repeating {
  /** Receives the error of each call that failed. */
  readonly failed: (error: unknown) => void;
  /** Ends the repetitions. */
  readonly signal: AbortSignal;
  readonly pace?: typeof PACE;
}

/** Calls until the service accepts or refuses it, for a day at most: a full disk must not cost the run of the day. */
export const repeatCall = async (
  call: () => Promise<unknown>,
  { failed, signal, pace = PACE }: Repeating,
): Promise<void> => {
  const deadline = performance.now() + pace.forMs;
  while (!signal.aborted) {
    try {
      await call();
      return;
    } catch (error: unknown) {
      failed(error);
      if (!isOfService(error) || performance.now() > deadline) return;
      await delay(pace.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
};
