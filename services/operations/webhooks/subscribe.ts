import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { webhookSecretStore } from '../../../shared/aws/store/webhook-secret.ts';
import { createWebhookSubscriptions } from '../../../shared/aws/store/webhook-subscriptions.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { SubscriptionFailed } from '../../../shared/oura/webhooks/errors.ts';
import { renewSubscriptions, stateOf } from '../../../shared/oura/webhooks/renew.ts';
import {
  planSubscriptions,
  type Repaired,
  removeSubscriptions,
  repairSubscriptions,
  type SubscriptionPlan,
} from '../../../shared/oura/webhooks/repair.ts';
import { type Application, createSubscriptions } from '../../../shared/oura/webhooks/subscriptions.ts';
import { outputOf, type Stack, todayOf } from '../stack.ts';

/** The webhooks of a stack at one address. */
export interface StackWebhooks {
  readonly url: string;
  /** The difference between Oura's subscriptions and those that the stack needs. */
  plan(): Promise<SubscriptionPlan>;
  /**
   * Stores the secret of the receiver, which must be up, and carries out `plan`. Throws SubscriptionFailed: another call
   * continues. Throws OutputMissing if the stack has no receiver.
   * @param anew whether to replace the verification token, the address of every subscription, and expiries that are near
   */
  subscribe(plan: SubscriptionPlan, anew?: boolean): Promise<Repaired>;
  /** Removes the subscriptions at the address. */
  remove(plan: SubscriptionPlan): Promise<void>;
}

/** 192 random bits, as a word that fits into a URL. */
const newToken = (): string => randomBytes(24).toString('base64url');

/** The receiver reads a changed secret again after 5 s at the earliest. */
const REREAD_PATIENCE_MS = 6_000;

export interface StackWebhooksOptions {
  readonly application: Application;
  /** The address of the receiver. */
  readonly url: string;
  /** Of Oura's API. @default that of the stack */
  readonly baseUrl?: string;
  /** Ends {@link StackWebhooks.plan} and {@link StackWebhooks.subscribe} early. @default never */
  readonly signal?: AbortSignal;
  readonly wait?: (ms: number) => Promise<unknown>;
}

export const webhooksOf = (
  stack: Stack,
  {
    application,
    url,
    baseUrl = outputOf(stack, OUTPUT.ouraApiBaseUrl),
    signal,
    wait = (ms) => sleep(ms, undefined, signal && { signal }).catch(() => {}),
  }: StackWebhooksOptions,
): StackWebhooks => {
  const ledger = createWebhookSubscriptions(stack.dynamodb, outputOf(stack, OUTPUT.ouraSyncTable));
  const api = createSubscriptions({ baseUrl, application, signal });

  /** Stores the secret before the first request, because Oura's handshake comes while that waits for its response. */
  const storeSecret = async (anew: boolean): Promise<{ token: string; isNewToken: boolean }> => {
    const secrets = webhookSecretStore(stack.ssm, outputOf(stack, OUTPUT.webhookParameter));
    const stored = await secrets.read();
    const kept = anew ? undefined : stored?.verification_token;
    const token = kept ?? newToken();
    const { client_secret } = application;
    if (kept === undefined || stored?.client_secret !== client_secret)
      await secrets.write({ client_secret, verification_token: token });
    return { token, isNewToken: kept === undefined };
  };
  const now = () => stack.clock.now();

  return {
    url,
    plan: async () => planSubscriptions(await api.list(), url),
    subscribe: async (plan, anew = false) => {
      const { token: verificationToken, isNewToken } = await storeSecret(anew);
      const repair = (present: SubscriptionPlan) =>
        repairSubscriptions(api, { url, verificationToken }, present, isNewToken);
      const repaired = await repair(plan).catch(async (error: unknown) => {
        const isHandshake = error instanceof SubscriptionFailed && error.failure === 'refused';
        if (!isHandshake || !isNewToken) throw error;
        await wait(REREAD_PATIENCE_MS);
        return repair(planSubscriptions(await api.list(), url));
      });
      const { valid, daysLeft } = anew
        ? await renewSubscriptions(api, url, now())
        : stateOf(repaired.subscriptions, now());
      await ledger.subscribed(url, { checked_on: todayOf(stack), valid, days_left: daysLeft });
      return repaired;
    },
    remove: async ({ ours }) => {
      await removeSubscriptions(api, ours);
      if ((await ledger.get()).callback_url === url) await ledger.removed();
    },
  };
};
