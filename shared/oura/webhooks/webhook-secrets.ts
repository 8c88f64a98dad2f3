import { type InferType, object, string } from 'yup';

const secret = () => string().strict().min(1).required();

/** The secrets of the receiver: the value of the parameter that the setting webhookParameter names, as JSON. */
const webhookSecretsSchema = object({
  /** The client secret of the Oura application, which signs the events. */
  client_secret: secret(),
  /** Proves in the handshake that the subscription is ours. */
  verification_token: secret(),
}).required();
export type WebhookSecrets = Readonly<InferType<typeof webhookSecretsSchema>>;

/** Returns `undefined` if the text does not hold the secrets. An error could repeat them. */
export const parseWebhookSecrets = (text: string): WebhookSecrets | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return webhookSecretsSchema.isValidSync(value) ? webhookSecretsSchema.cast(value) : undefined;
  } catch {
    return undefined;
  }
};
