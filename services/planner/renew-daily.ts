import type { WebhookSubscriptions } from '../../shared/aws/store/webhook-subscriptions.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { dayIn } from '../../shared/core/day.ts';
import { asError } from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';
import type { CredentialStore } from '../../shared/oura/credentials/credential-store.ts';
import { SubscriptionFailed } from '../../shared/oura/webhooks/errors.ts';
import { renewSubscriptions, type SubscriptionState } from '../../shared/oura/webhooks/renew.ts';
import { createSubscriptions } from '../../shared/oura/webhooks/subscriptions.ts';

export interface RenewalParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricSink;
  readonly credentials: CredentialStore;
  readonly subscriptions: WebhookSubscriptions;
  /** Of Oura's API. */
  readonly baseUrl: string;
  readonly timeZone: string;
}

/** Kept for the end of the invocation. */
const RESERVE_MS = 2_000;

const NONE: SubscriptionState = { valid: 0, daysLeft: 0 };

/** The state after a renewal. {@link NONE} if only the user can restore it. Throws an error that may pass. */
const renew = async (
  { clock, log, credentials, baseUrl }: RenewalParts,
  url: string | undefined,
  timeLeft: () => number,
): Promise<SubscriptionState> => {
  const stored = await credentials.read();
  if (stored.kind === 'token') {
    log.warn(
      'Without a connected application, the webhook subscriptions are not checked: run npm run connect',
    );
    return NONE;
  }
  if (url === undefined) {
    log.warn('No address is subscribed: run npm run webhooks -- subscribe');
    return NONE;
  }
  const left = () => timeLeft() - RESERVE_MS;
  const api = createSubscriptions({ baseUrl, application: stored.connection, timeLeft: left });
  try {
    const { valid, daysLeft, renewed, failed } = await renewSubscriptions(api, url, clock.now());
    if (failed > 0) log.warn('Some subscriptions could not be renewed', { failed });
    log.info('Checked the webhook subscriptions', { valid, daysLeft, renewed });
    return { valid, daysLeft };
  } catch (error: unknown) {
    if (!(error instanceof SubscriptionFailed) || error.consequences.retryable) throw error;
    log.error('The webhook subscriptions cannot be renewed', {}, error);
    return NONE;
  }
};

/**
 * Checks and renews the webhook subscriptions in the first run of a day. It never fails the run: after a failure that may pass,
 * the next run tries again.
 */
export const renewDaily = async (parts: RenewalParts, timeLeft: () => number): Promise<void> => {
  const { clock, log, metrics, subscriptions, timeZone } = parts;
  try {
    const today = dayIn(timeZone, clock.now());
    const { checked_on, callback_url } = await subscriptions.get();
    if (checked_on === today) return;
    const { valid, daysLeft } = await renew(parts, callback_url, timeLeft);
    metrics.level('subscriptionsValid', valid);
    metrics.level('subscriptionDaysLeft', daysLeft);
    await subscriptions.check({ checked_on: today, valid, days_left: daysLeft });
  } catch (error: unknown) {
    log.warn('The webhook subscriptions were not checked: the next run tries again', {}, asError(error));
  }
};
