import { createWebhookUser } from '../../../shared/aws/store/webhook-user.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { plural } from '../../../shared/core/text.ts';
import { WATCHED_EVENTS } from '../../../shared/core/webhook-events.ts';
import {
  planSubscriptions,
  removeSubscriptions,
  type SubscriptionPlan,
} from '../../../shared/oura/webhooks/repair.ts';
import { createSubscriptions } from '../../../shared/oura/webhooks/subscriptions.ts';
import { outputOf, type Stack } from '../../operations/stack.ts';
import { webhooksOf } from '../../operations/webhooks/subscribe.ts';
import { confirm } from '../confirm.ts';
import { ouraClient, userIdOf } from '../connect/prove.ts';
import { EXIT } from '../exit.ts';
import { suggest, type Target } from '../print/advice.ts';
import { print } from '../print/write.ts';
import { UsageError } from '../usage-error.ts';
import type { WebhookTarget } from './target.ts';

export interface ChangeOptions extends Target {
  /** Whether to move subscriptions of other addresses without asking. */
  readonly yes?: boolean;
}

/** The stack, if it has a receiver. Throws a UsageError that says how to turn webhooks on. */
const withReceiver = ({ stack }: WebhookTarget, { aws }: ChangeOptions): Stack => {
  if (stack?.outputs[OUTPUT.webhookParameter] !== undefined) return stack;
  throw new UsageError(
    aws
      ? 'This stack has no webhooks: run npm run deploy -- --set webhooks=true first.'
      : 'This data folder has no webhooks: npm start -- --webhook-url URL turns them on, and subscribes.',
  );
};

/** Shows the subscriptions that another address would lose. They belong to the same application, but maybe not to us. */
const reportElsewhere = ({ elsewhere }: SubscriptionPlan, url: string): void => {
  print(`Another address receives ${plural(elsewhere.length, 'event')} of this application:`);
  for (const { data_type, event_type, callback_url } of elsewhere)
    print(`  ${data_type} ${event_type}  ${callback_url}`);
  print(`They would go to ${url} instead: an application has one address per event.`);
};

/** Subscribes, and returns the exit code. @param anew whether to replace what is right, too */
export const subscribe = async (
  target: WebhookTarget,
  url: string,
  anew: boolean,
  options: ChangeOptions,
): Promise<number> => {
  const stack = withReceiver(target, options);
  const { connection, baseUrl } = target;
  const webhooks = webhooksOf(stack, { application: connection, url, baseUrl });
  const plan = await webhooks.plan();
  if (plan.elsewhere.length > 0) {
    reportElsewhere(plan, url);
    if (!options.yes && !(await confirm(`Move ${plural(plan.elsewhere.length, 'subscription')}?`))) {
      print('Nothing was changed.');
      return EXIT.unsettled;
    }
  }
  const { created, updated } = await webhooks.subscribe(plan, anew);
  // Without its own scope, Oura may refuse this. The planner tries again.
  const userId = await userIdOf(ouraClient(baseUrl, connection.access_token));
  if (userId !== undefined)
    await createWebhookUser(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable)).set(userId);
  print(
    created + updated === 0
      ? `Already subscribed: all ${WATCHED_EVENTS.length} events go to ${url}.`
      : `Subscribed: ${created} created, ${updated} updated. All ${WATCHED_EVENTS.length} events go to ${url}.`,
  );
  return EXIT.settled;
};

/** Removes the subscriptions at `url`. It needs no receiver, so that it also works after the stack is gone. */
export const remove = async (
  { stack, connection, baseUrl }: WebhookTarget,
  url: string,
  options: ChangeOptions,
): Promise<number> => {
  const api = createSubscriptions({ baseUrl, application: connection });
  const plan = planSubscriptions(await api.list(), url);
  if (stack === undefined) await removeSubscriptions(api, plan.ours);
  else await webhooksOf(stack, { application: connection, url, baseUrl }).remove(plan);
  print(`Removed ${plural(plan.ours.length, 'subscription')} at ${url}.`);
  if (plan.elsewhere.length > 0)
    print(
      `At other addresses: ${plural(plan.elsewhere.length, 'subscription')}; ${suggest('webhooks', options)} lists them.`,
    );
  return EXIT.settled;
};
