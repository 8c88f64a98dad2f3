import { setTimeout as sleep } from 'node:timers/promises';
import { isOfService } from '../exit.ts';

/** The SDK has repeated the call within a second before. */
const RETRY_MS = 1_000;

/**
 * Repeats `work` while a service of this process refuses it, such as on a full disk: reportRefusals says why, once, and when it is
 * over. Undefined if `signal` aborts meanwhile. Throws any other error.
 */
export const outlastRefusals = async <Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
  retryMs = RETRY_MS,
): Promise<Result | undefined> => {
  for (;;) {
    try {
      return await work();
    } catch (error: unknown) {
      if (!isOfService(error)) throw error;
    }
    await sleep(retryMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
  }
};
