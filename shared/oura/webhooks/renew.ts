import { MS_PER_DAY } from '../../core/day.ts';
import { RENEW_BELOW_DAYS, WATCHED_EVENTS } from '../../core/webhook-events.ts';
import { SubscriptionFailed } from './errors.ts';
import { planSubscriptions } from './repair.ts';
import { expiresAt, type Subscription, type Subscriptions } from './subscriptions.ts';

/** The state of the subscriptions at our address. */
export interface SubscriptionState {
  /** How many events we need have a subscription that has not expired. */
  readonly valid: number;
  /** Days until the first of them expires; 0 if one is missing. */
  readonly daysLeft: number;
}

export const daysLeftOf = (subscription: Subscription, now: number): number =>
  (expiresAt(subscription) - now) / MS_PER_DAY;

export const stateOf = (ours: readonly Subscription[], now: number): SubscriptionState => {
  const days = ours.map((each) => daysLeftOf(each, now)).filter((left) => left > 0);
  const isComplete = days.length >= WATCHED_EVENTS.length;
  return { valid: days.length, daysLeft: isComplete ? Math.floor(Math.min(...days)) : 0 };
};

/**
 * Renews the subscriptions at `url` with less than {@link RENEW_BELOW_DAYS} days left, and returns the state after it. Throws
 * SubscriptionFailed if Oura cannot be asked. A renewal that fails leaves its subscription unchanged: `failed` counts them, and
 * the next call tries again.
 */
export const renewSubscriptions = async (
  api: Subscriptions,
  url: string,
  now: number,
): Promise<SubscriptionState & { readonly renewed: number; readonly failed: number }> => {
  const { ours } = planSubscriptions(await api.list(), url);
  const renewed = new Map<string, Subscription>();
  let failed = 0;
  for (const each of ours) {
    if (daysLeftOf(each, now) >= RENEW_BELOW_DAYS) continue;
    try {
      renewed.set(each.id, await api.renew(each.id));
    } catch (error: unknown) {
      if (!(error instanceof SubscriptionFailed)) throw error;
      failed += 1;
    }
  }
  const present = ours.map((each) => renewed.get(each.id) ?? each);
  return { ...stateOf(present, now), renewed: renewed.size, failed };
};
