import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../../shared/core/errors.ts';
import { plural } from '../../../shared/core/text.ts';
import { SubscriptionFailed } from '../../../shared/oura/webhooks/errors.ts';
import type { StackWebhooks } from '../../operations/webhooks/subscribe.ts';
import { print } from '../print/write.ts';

/** The first wait before another attempt, and the longest: each wait is twice the one before it. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

/** Subscribes once. Throws SubscriptionFailed. */
const subscribe = async (webhooks: StackWebhooks): Promise<void> => {
  const plan = await webhooks.plan();
  for (const [address, moved] of Map.groupBy(plan.elsewhere, ({ callback_url }) => callback_url))
    print(`Webhooks  moving ${plural(moved.length, 'subscription')} here from ${address}`);
  const { subscriptions } = await webhooks.subscribe(plan);
  print(`Webhooks  Oura announces new nights at ${webhooks.url} (${plural(subscriptions.length, 'event')})`);
};

export interface KeepOptions {
  readonly signal: AbortSignal;
  /** Called after a later attempt has succeeded: what Oura announced before is lost. */
  readonly catchUp: () => Promise<unknown>;
  /** @default a minute */
  readonly firstWaitMs?: number;
}

/**
 * Subscribes, and returns after the first attempt. If Oura or the tunnel is down, it prints why and tries again in the
 * background until `signal` aborts: until then the schedule syncs.
 */
export const keepSubscribed = async (
  webhooks: StackWebhooks,
  { signal, catchUp, firstWaitMs = FIRST_WAIT_MS }: KeepOptions,
): Promise<void> => {
  const attempt = async (waitMs: number): Promise<boolean> => {
    try {
      await subscribe(webhooks);
      return true;
    } catch (error: unknown) {
      if (!(error instanceof SubscriptionFailed)) throw error;
      if (signal.aborted) return false;
      print(
        `Webhooks  ${error.message}. Next attempt in ${plural(Math.round(waitMs / 60_000), 'minute')}; until then no event starts a sync.`,
      );
      return false;
    }
  };
  const retry = async (waitMs: number): Promise<void> => {
    await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const next = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    try {
      if (await attempt(next)) {
        await catchUp();
        return;
      }
    } catch (error: unknown) {
      // In the background, an error that nothing catches would end the process, and with it the schedule.
      if (!signal.aborted) print(`Webhooks  ${describeError(error).message}`);
    }
    await retry(next);
  };
  if (!(await attempt(firstWaitMs))) void retry(firstWaitMs);
};
