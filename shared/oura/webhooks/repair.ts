import { WATCHED_EVENTS } from '../../core/webhook-events.ts';
import { SubscriptionFailed } from './errors.ts';
import type { Callback, Pair, Subscription, Subscriptions } from './subscriptions.ts';

const isSame = (left: Pair, right: Pair): boolean =>
  left.event_type === right.event_type && left.data_type === right.data_type;

/** The subscription to `pair`; undefined if there is none. */
const findPair = (existing: readonly Subscription[], pair: Pair): Subscription | undefined =>
  existing.find((each) => isSame(each, pair));

/** The difference between the subscriptions of an application and those that we need at one address. */
export interface SubscriptionPlan {
  /** Subscriptions at our address. */
  readonly ours: readonly Subscription[];
  /** Events that we need and that another address receives. */
  readonly elsewhere: readonly Subscription[];
  readonly missing: readonly Pair[];
  /** Subscriptions to other events, which we leave alone. */
  readonly others: readonly Subscription[];
}

export const planSubscriptions = (existing: readonly Subscription[], url: string): SubscriptionPlan => {
  const watched = existing.filter((each) => WATCHED_EVENTS.some((pair) => isSame(pair, each)));
  return {
    ours: watched.filter(({ callback_url }) => callback_url === url),
    elsewhere: watched.filter(({ callback_url }) => callback_url !== url),
    missing: WATCHED_EVENTS.filter((pair) => findPair(watched, pair) === undefined),
    others: existing.filter((each) => !watched.includes(each)),
  };
};

/** The result of {@link repairSubscriptions}. */
export interface Repaired {
  /** The subscriptions at our address now, one per event that we need. */
  readonly subscriptions: readonly Subscription[];
  readonly created: number;
  /** Subscriptions whose address or verification token was replaced. */
  readonly updated: number;
}

/**
 * Makes every event that we need come to `callback`, and changes nothing that is right. The receiver must be up and know the
 * verification token. Throws SubscriptionFailed at the first failure: what is done is kept, and another call continues.
 * @param isNewToken whether the subscriptions at our address still have another verification token
 */
export const repairSubscriptions = async (
  api: Subscriptions,
  callback: Callback,
  { ours, elsewhere, missing }: SubscriptionPlan,
  isNewToken: boolean,
): Promise<Repaired> => {
  /** Another process, or an attempt whose answer was lost, may have created it since. */
  const createOrMove = async (pair: Pair): Promise<Subscription> => {
    try {
      return await api.create(pair, callback);
    } catch (error: unknown) {
      if (!(error instanceof SubscriptionFailed) || error.failure !== 'exists') throw error;
      const existing = findPair(await api.list(), pair);
      if (existing === undefined) throw error;
      return existing.callback_url === callback.url ? existing : api.update(existing, callback);
    }
  };
  const move = async (subscription: Subscription): Promise<Subscription> => {
    try {
      return await api.update(subscription, callback);
    } catch (error: unknown) {
      if (!(error instanceof SubscriptionFailed) || error.failure !== 'gone') throw error;
      return createOrMove(subscription);
    }
  };
  const subscriptions = isNewToken ? [] : [...ours];
  const outdated = isNewToken ? [...ours, ...elsewhere] : elsewhere;
  // One after the other: each makes Oura call our address, which starts with few concurrent invocations.
  for (const each of outdated) subscriptions.push(await move(each));
  for (const pair of missing) subscriptions.push(await createOrMove(pair));
  return { subscriptions, created: missing.length, updated: outdated.length };
};

/** Removes `subscriptions`. One that does not exist any more counts as removed. */
export const removeSubscriptions = async (
  api: Subscriptions,
  subscriptions: readonly Subscription[],
): Promise<void> => {
  for (const { id } of subscriptions) {
    await api.remove(id).catch((error: unknown) => {
      if (!(error instanceof SubscriptionFailed) || error.failure !== 'gone') throw error;
    });
  }
};
