import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { plural } from '../../../shared/core/text.ts';
import { EXPIRY_WARNING_DAYS, WATCHED_EVENTS } from '../../../shared/core/webhook-events.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import type { SyncState } from '../../operations/status/sync-state.ts';
import { suggest, type Target } from '../print/advice.ts';
import { ringOfFolder } from '../target/ring-of-folder.ts';
import { type Finding, ok, warning } from './finding.ts';

/**
 * Reports the last check of the webhook subscriptions, without a request to Oura. None if the stack has no webhooks, and Oura
 * sends it no events. Nights without an event are stored by the daily run, so it is never a problem.
 */
export const checkWebhooks = async (
  stack: Stack,
  { process }: Pick<SyncState, 'process'>,
  target: Target,
): Promise<Finding[]> => {
  const ledger = createWebhookSubscriptions(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const { callback_url, checked_on, valid = 0, days_left = 0 } = await ledger.get();
  if (stack.outputs[OUTPUT.webhookParameter] === undefined) {
    // The subscriptions of a simulated ring end with its process.
    const isSubscribed =
      callback_url !== undefined && (target.aws || ringOfFolder(target.dataDir) !== 'simulated');
    const remove = `run ${suggest('webhooks', target, 'remove')}`;
    const finding = `webhooks are off, but Oura sends events to ${callback_url}`;
    return isSubscribed ? [warning('webhooks', finding, remove)] : [];
  }
  const start = `run ${suggest('start', target, '--webhook-url', 'URL')}`;
  // A running npm start keeps trying to subscribe, and a second one is refused.
  const subscribe = target.aws
    ? `run ${suggest('webhooks', target, 'subscribe')}`
    : process?.consumes
      ? `npm start tries again (see its log); for another address, stop it (process ${process.pid}), then ${start}`
      : start;
  if (callback_url === undefined)
    return [warning('webhooks', 'no address is subscribed, so no event starts a sync', subscribe)];
  const all = WATCHED_EVENTS.length;
  const state = `${valid} of ${all} events go to ${callback_url} (checked ${checked_on})`;
  if (valid < all) return [warning('webhooks', state, subscribe)];
  return days_left < EXPIRY_WARNING_DAYS
    ? [warning('webhooks', `${state}, the first for ${plural(days_left, 'more day')}`, subscribe)]
    : [ok('webhooks', `${state}, for ${plural(days_left, 'more day')}`)];
};
