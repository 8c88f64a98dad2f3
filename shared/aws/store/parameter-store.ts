import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ValidationError } from 'yup';
import { EnvironmentInvalid } from '../../core/env.ts';
import { ENV, SSM_REFERENCE } from '../../core/names.ts';
import type { CredentialStore } from '../../oura/credentials/credential-store.ts';
import { type Connection, parseConnection } from '../../oura/credentials/oauth-grant.ts';
import { isOneWord } from '../../oura/credentials/one-word.ts';
import { ApiKeyMissing } from '../../oura/errors.ts';

/** How to fix the errors that need the user. Any other error of SSM is rethrown, so that the call is retried. */
const REMEDIES: Readonly<Record<string, (parameter: string) => string>> = {
  ParameterNotFound: (parameter) =>
    `does not exist: npm run connect makes it, and so does aws ssm put-parameter --type SecureString --name ${parameter} --value <token>`,
  AccessDeniedException: () => 'may not be read: allow ssm:GetParameter, and kms:Decrypt for its key',
  InvalidKeyId: () => 'cannot be decrypted: its KMS key is missing or disabled',
};

/** Names of the errors with which SSM rejects a value. */
const REFUSED = /^(Validation|Hierarchy|Unsupported|Invalid)/;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Describes why a connection is invalid, without its values. Messages of yup may repeat them, and JSON.parse's do. */
const reasonOf = (error: unknown): string =>
  error instanceof ValidationError && error.path
    ? `its ${error.path} is missing or invalid`
    : 'it was not written by npm run connect';

/**
 * The store in the SecureString parameter that `reference` names (`ssm:/name`). Throws {@link EnvironmentInvalid} if it
 * is not a valid reference. The error does not repeat it, because the user may have entered the key itself.
 */
export const parameterStore = (ssm: SSMClient, reference: string): CredentialStore => {
  if (!reference.startsWith(SSM_REFERENCE) || reference.length === SSM_REFERENCE.length) {
    throw new EnvironmentInvalid(
      `The environment variable ${ENV.ouraApiKey} must name a parameter: ${SSM_REFERENCE}/parameter/name`,
    );
  }
  const parameter = reference.slice(SSM_REFERENCE.length);

  const connectionIn = (text: string): Connection | undefined => {
    try {
      return parseConnection(text);
    } catch (error: unknown) {
      const reason = `has an invalid connection: ${reasonOf(error)}. Run npm run connect`;
      throw new ApiKeyMissing({ parameter, reason });
    }
  };

  return {
    read: async () => {
      const answer = await ssm
        .send(new GetParameterCommand({ Name: parameter, WithDecryption: true }))
        .catch((cause: unknown) => {
          const remedy = REMEDIES[nameOf(cause)];
          if (!remedy || !(cause instanceof Error)) throw cause;
          throw new ApiKeyMissing({ parameter, reason: remedy(parameter), cause });
        });
      // A pasted key often ends in a newline.
      const text = answer.Parameter?.Value?.trim() ?? '';
      const connection = connectionIn(text);
      if (connection) return { kind: 'connection', connection };
      if (!isOneWord(text)) {
        throw new ApiKeyMissing({
          parameter,
          reason: 'holds no token: store the token itself, without quotes or spaces',
        });
      }
      return { kind: 'token', token: text };
    },

    write: async (connection) => {
      const put = new PutParameterCommand({
        Name: parameter,
        Value: JSON.stringify(connection),
        Type: 'SecureString',
        Overwrite: true,
        // A document with long tokens can exceed the standard tier's 4 KB. Only then is the advanced tier used.
        Tier: 'Intelligent-Tiering',
      });
      await ssm.send(put).catch((error: unknown) => {
        // SSM's message may repeat the value that it rejects, and the caller logs the message.
        if (!REFUSED.test(nameOf(error))) throw error;
        const reason = `does not take the connection (${nameOf(error)}): where it is no SecureString, delete it, then npm run connect`;
        throw new ApiKeyMissing({ parameter, reason });
      });
    },
  };
};
