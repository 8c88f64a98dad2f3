import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { parseWebhookSecrets, type WebhookSecrets } from '../../oura/webhooks/webhook-secrets.ts';

/** The secrets of the receiver, in the SecureString parameter that the setting webhookParameter names. */
export interface WebhookSecretStore {
  /** Undefined if there is none, or an invalid one. Throws the SDK's other errors. */
  read(): Promise<WebhookSecrets | undefined>;
  write(secrets: WebhookSecrets): Promise<void>;
}

export const webhookSecretStore = (ssm: SSMClient, parameter: string): WebhookSecretStore => ({
  read: async () => {
    try {
      const { Parameter } = await ssm.send(
        new GetParameterCommand({ Name: parameter, WithDecryption: true }),
      );
      return parseWebhookSecrets(Parameter?.Value ?? '');
    } catch (error: unknown) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    }
  },
  write: async (secrets) => {
    await ssm.send(
      new PutParameterCommand({
        Name: parameter,
        Value: JSON.stringify(secrets),
        Type: 'SecureString',
        Overwrite: true,
      }),
    );
  },
});
