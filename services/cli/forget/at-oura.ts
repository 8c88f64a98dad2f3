import { systemClock } from '../../../shared/core/clock.ts';
import { describeError } from '../../../shared/core/errors.ts';
import { plural } from '../../../shared/core/text.ts';
import type { Connection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { SubscriptionFailed } from '../../../shared/oura/webhooks/errors.ts';
import { removeSubscriptions } from '../../../shared/oura/webhooks/repair.ts';
import { createSubscriptions, type Subscription } from '../../../shared/oura/webhooks/subscriptions.ts';
import { endGrant } from './end-grant.ts';

/** What was done at Oura. Every line is for the user. */
interface DoneAtOura {
  readonly done: readonly string[];
  /** What remains there, and another attempt may do. */
  readonly failed: readonly string[];
}

/** The subscriptions of an application; undefined if Oura does not know it any more. */
const list = async (
  api: ReturnType<typeof createSubscriptions>,
): Promise<readonly Subscription[] | undefined> => {
  try {
    return await api.list();
  } catch (error: unknown) {
    if (error instanceof SubscriptionFailed && error.failure === 'credentials') return undefined;
    throw error;
  }
};

const endSubscriptions = async (
  connection: Connection,
  baseUrl: string,
  url: string | undefined,
): Promise<DoneAtOura> => {
  const api = createSubscriptions({ baseUrl, application: connection });
  try {
    const all = await list(api);
    if (all === undefined)
      return {
        done: ['Oura does not know the application any more, so it has no subscriptions.'],
        failed: [],
      };
    const ours = all.filter(({ callback_url }) => callback_url === url);
    await removeSubscriptions(api, ours);
    const left = all.length - ours.length;
    return {
      done: [
        `Removed ${plural(ours.length, 'webhook subscription')} of this folder.`,
        ...(left > 0
          ? [
              `At other addresses, such as that of a stack on AWS, your application keeps ${plural(left, 'subscription')}.`,
            ]
          : []),
      ],
      failed: [],
    };
  } catch (error: unknown) {
    return { done: [], failed: [`The webhook subscriptions remain: ${describeError(error).message}`] };
  }
};

/** Ends what a connection has at Oura. Each part is tried, also after another has failed. @param url where the events of the folder go. @param store keeps another pair of tokens */
export const endAtOura = async (
  connection: Connection,
  baseUrl: string,
  url: string | undefined,
  store: (next: Connection) => void,
): Promise<DoneAtOura> => {
  // The subscriptions belong to the application, not to the grant, so the order is free.
  const { done, failed } = await endSubscriptions(connection, baseUrl, url);
  const { outcome, sentence } = await endGrant(connection, store, systemClock.now());
  return outcome === 'done' ? { done: [...done, sentence], failed } : { done, failed: [...failed, sentence] };
};
