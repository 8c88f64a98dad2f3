import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../shared/core/clock.ts';
import { EnvironmentInvalid } from '../../shared/core/env.ts';
import { ENV, SSM_REFERENCE } from '../../shared/core/names.ts';
import { parseWebhookSecrets, type WebhookSecrets } from '../../shared/oura/webhooks/webhook-secrets.ts';

/**
 * The least time between two reads after a failed check. A flood of forged requests then leads to 0.2 reads per second in each
 * environment, of the 40 that Systems Manager allows.
 */
const REREAD_MS = 5000;

/** The secrets of the webhooks, which `npm run webhooks` may replace at any time. */
export interface Secrets {
  /** Returns whether `check` accepts the secrets. If it does not, reads them again, and checks once more if they have changed. */
  satisfy(check: (secrets: WebhookSecrets) => boolean): Promise<boolean>;
}

/** @param reference `ssm:/name`. Throws {@link EnvironmentInvalid} if it is not a valid reference */
export const createSecrets = (ssm: SSMClient, reference: string, clock: Clock): Secrets => {
  if (!reference.startsWith(SSM_REFERENCE) || reference.length === SSM_REFERENCE.length) {
    throw new EnvironmentInvalid(
      `The environment variable ${ENV.webhookSecret} must name a parameter: ${SSM_REFERENCE}/parameter/name`,
    );
  }
  const parameter = reference.slice(SSM_REFERENCE.length);
  let known: WebhookSecrets | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<WebhookSecrets> => {
    const reply = await ssm.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
    const secrets = parseWebhookSecrets(reply.Parameter?.Value ?? '');
    if (!secrets)
      throw new EnvironmentInvalid(`The parameter ${parameter} is invalid: run npm run webhooks -- --aws`);
    readAt = clock.now();
    known = secrets;
    return secrets;
  };

  return {
    satisfy: async (check) => {
      const isFresh = known === undefined;
      if (check(known ?? (await read()))) return true;
      return !isFresh && clock.now() - readAt >= REREAD_MS && check(await read());
    },
  };
};
