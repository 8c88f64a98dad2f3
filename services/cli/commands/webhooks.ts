import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../../../shared/core/clock.ts';
import { keepsSecrets, SECRET_URL } from '../../../shared/core/loopback.ts';
import { planSubscriptions } from '../../../shared/oura/webhooks/repair.ts';
import { createSubscriptions } from '../../../shared/oura/webhooks/subscriptions.ts';
import { EXIT } from '../exit.ts';
import { OPTION, webhookUrl, withStackOptions } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { subscriptionJson, subscriptionTable } from '../print/subscription-table.ts';
import { printAs } from '../print/write.ts';
import type { StackOptions } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';
import { remove, subscribe } from '../webhooks/change-subscriptions.ts';
import { type WebhookTarget, withWebhookTarget } from '../webhooks/target.ts';

const ACTIONS = ['list', 'subscribe', 'repair', 'remove'] as const;
type Action = (typeof ACTIONS)[number];

interface WebhooksOptions extends StackOptions {
  readonly url?: string;
  readonly yes?: boolean;
  readonly format: string;
}

const address = (text: string): string => {
  if (!URL.canParse(text) || !keepsSecrets(new URL(text)))
    throw new InvalidArgumentError(`It must be ${SECRET_URL}.`);
  return text;
};

export const webhooksCommand = (): Command =>
  withStackOptions(
    new Command('webhooks')
      .description(
        "Lists the subscriptions of your Oura application to the events of a night. With subscribe: stores the receiver's secrets, and " +
          'creates or moves the subscriptions that do not go to the address of the stack. With repair: also replaces the others, with a new ' +
          'verification token. With remove: removes those that go to it; run it before you remove the stack. ' +
          'Exit code 0: all events go to the address, or the change was made. 1: not all, or the change failed. 2: wrong usage, or no connected application.',
      )
      .addArgument(
        new Argument('[action]', 'what to do with the subscriptions').choices(ACTIONS).default('list'),
      )
      .addOption(
        new Option(
          '--url <url>',
          'the address that receives the events (default: that of the stack, or the one that npm start has subscribed)',
        ).argParser(address),
      )
      .option('--yes', 'move the subscriptions of other addresses without asking')
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (action: Action, options: WebhooksOptions) => {
    process.exitCode = await withWebhookTarget(options, process.env, (target) =>
      run(action, target, options),
    );
  });

const run = async (action: Action, target: WebhookTarget, options: WebhooksOptions): Promise<number> => {
  const url = options.url ?? target.url;
  if (action === 'list') return list(target, url, options);
  if (action === 'remove') return remove(target, requireUrl(url, options, true), options);
  const own = options.url === undefined ? requireUrl(url, options, false) : ownUrl(options.url);
  return subscribe(target, own, action === 'repair', options);
};

/** The address as Oura and `npm start` write it: another text for it would be another address, which `remove` does not find. */
const ownUrl = (url: string): string => {
  try {
    return webhookUrl(url);
  } catch (error: unknown) {
    throw error instanceof InvalidArgumentError ? new UsageError(`--url ${url}: ${error.message}`) : error;
  }
};

/** @param isAny whether any address is possible, not only that of a receiver */
const requireUrl = (url: string | undefined, options: WebhooksOptions, isAny: boolean): string => {
  if (url !== undefined) return url;
  const instead = isAny ? ', or name an address with --url' : '';
  throw new UsageError(
    options.aws
      ? `This stack has no webhooks: run npm run deploy -- --set webhooks=true first${instead}.`
      : `No address is subscribed from this data folder: run ${suggest('start', options, '--webhook-url', 'URL')}${instead}.`,
  );
};

const list = async (
  { connection, baseUrl }: WebhookTarget,
  url: string | undefined,
  { format }: WebhooksOptions,
): Promise<number> => {
  const existing = await createSubscriptions({ baseUrl, application: connection }).list();
  // Without an address of ours, every subscription goes elsewhere.
  const plan = planSubscriptions(existing, url ?? '');
  printAs(format, subscriptionJson(plan, url), () => subscriptionTable(plan, url, systemClock.now()));
  return plan.missing.length + plan.elsewhere.length === 0 ? EXIT.settled : EXIT.unsettled;
};
