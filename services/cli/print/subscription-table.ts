import { plural } from '../../../shared/core/text.ts';
import { daysLeftOf } from '../../../shared/oura/webhooks/renew.ts';
import type { SubscriptionPlan } from '../../../shared/oura/webhooks/repair.ts';
import type { Subscription } from '../../../shared/oura/webhooks/subscriptions.ts';
import { createTable } from './table.ts';

/** The output of `webhooks --format json`. */
export const subscriptionJson = (
  { ours, elsewhere, missing, others }: SubscriptionPlan,
  url: string | undefined,
) => ({ url: url ?? null, subscribed: ours, elsewhere, missing, other_events: others });

const whole = (subscription: Subscription, now: number): string => {
  const days = Math.floor(daysLeftOf(subscription, now));
  return days < 0 ? 'expired' : plural(days, 'day');
};

/** A table of the events that a night depends on. @param now epoch ms */
export const subscriptionTable = (
  { ours, elsewhere, missing, others }: SubscriptionPlan,
  url: string | undefined,
  now: number,
): string => {
  const rows = [
    ...[...ours, ...elsewhere].map((each) => ({
      event: `${each.data_type} ${each.event_type}`,
      address: each.callback_url,
      left: whole(each, now),
    })),
    ...missing.map(({ data_type, event_type }) => ({
      event: `${data_type} ${event_type}`,
      address: 'not subscribed',
      left: '–',
    })),
  ].sort((a, b) => (a.event < b.event ? -1 : 1));
  const table = createTable(
    ['event', 'address', 'expires in'].map((title) => ({ title })),
    rows.map(({ event, address, left }) => [event, address, left]),
  );
  const more =
    others.length === 0 ? '' : `\nOther events of this application: ${others.length}, not used here.`;
  return `${table}\nAddress of this stack: ${url ?? 'none: it has no webhooks'}.${more}`;
};
