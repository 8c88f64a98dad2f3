import { type InferType, object, string } from 'yup';
import { isOneWord } from '../credentials/one-word.ts';

const secret = () =>
  string()
    .required()
    .test('secret', 'must be printable, without spaces', (value) => isOneWord(value));

/** What the receiver of webhooks needs, and nothing that reads nights. */
const webhookSecretSchema = object({
  /** Signs the events. */
  client_secret: secret(),
  /** Oura shows it in its handshake. */
  verification_token: secret(),
}).noUnknown();

export type WebhookSecret = Readonly<InferType<typeof webhookSecretSchema>>;

/** Parses a stored secret. Undefined if it is invalid, because the errors of JSON.parse and yup may repeat it. */
export const parseWebhookSecret = (text: string): WebhookSecret | undefined => {
  try {
    return webhookSecretSchema.validateSync(JSON.parse(text), { strict: true });
  } catch {
    return undefined;
  }
};
