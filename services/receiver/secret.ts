import type { WebhookSecretStore } from '../../shared/aws/store/webhook-secret.ts';
import type { Clock } from '../../shared/core/clock.ts';
import type { WebhookSecrets } from '../../shared/oura/webhooks/webhook-secrets.ts';

/**
 * The least time between two reads. A flood of forged requests then leads to 0.2 reads per second in each environment, of the
 * 40 that Systems Manager allows.
 */
const REREAD_MS = 5000;

/** The secret of the receiver, which `npm run webhooks` may replace at any time. */
export interface Secret {
  /** Returns whether `check` accepts the secret. If it does not, reads the secret again, once. Throws if that fails. */
  satisfies(check: (secret: WebhookSecrets) => boolean): Promise<boolean>;
}

/** Keeps the secret of `store` from one request to the next. */
export const createSecret = (store: Pick<WebhookSecretStore, 'read'>, clock: Clock): Secret => {
  let known: WebhookSecrets | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let failure: { readonly error: unknown } | undefined;
  const read = async (): Promise<void> => {
    readAt = clock.now();
    try {
      known = await store.read();
      failure = undefined;
    } catch (error: unknown) {
      failure = { error };
    }
  };
  return {
    satisfies: async (check) => {
      if (known && check(known)) return true;
      if (clock.now() - readAt >= REREAD_MS) await read();
      // Not a wrong signature: Oura must send the request again.
      if (failure) throw failure.error;
      return known !== undefined && check(known);
    },
  };
};
