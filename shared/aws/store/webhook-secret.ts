import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { parseWebhookSecret, type WebhookSecret } from '../../oura/webhooks/webhook-secret.ts';

/** The secret of the receiver, in the SecureString parameter that the setting webhookParameter names. */
export interface WebhookSecretStore {
  /** Undefined if there is none, or an invalid one. Throws the SDK's other errors. */
  read(): Promise<WebhookSecret | undefined>;
  write(secret: WebhookSecret): Promise<void>;
}

export const webhookSecretStore = (ssm: SSMClient, parameter: string): WebhookSecretStore => ({
  read: async () => {
    try {
      const { Parameter } = await ssm.send(
        new GetParameterCommand({ Name: parameter, WithDecryption: true }),
      );
      return parseWebhookSecret(Parameter?.Value ?? '');
    } catch (error: unknown) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    }
  },
  write: async (secret) => {
    await ssm.send(
      new PutParameterCommand({
        Name: parameter,
        Value: JSON.stringify(secret),
        Type: 'SecureString',
        Overwrite: true,
      }),
    );
  },
});
