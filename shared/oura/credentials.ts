import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ENV, SSM_REFERENCE } from '../contract/names.ts';
import type { Clock } from '../runtime/clock.ts';
import { EnvironmentInvalid } from '../runtime/env.ts';
import { ApiKeyMissing } from './errors.ts';

/** Where Oura's bearer token comes from. */
export interface AccessToken {
  /** The token to send now. Throws {@link ApiKeyMissing} where there is none. */
  get(): Promise<string>;
  /** Oura rejected the token: the next `get` looks again. */
  rejected(): void;
}

/** How long a token read from the parameter store is used: a changed key is noticed within five minutes, at 12 reads an hour. */
export const CACHE_MS = 5 * 60_000;

/** What to do about the refusals that a person has to mend; anything else SSM throws is passed on, to be tried again. */
const REMEDIES: Readonly<Record<string, (parameter: string) => string>> = {
  ParameterNotFound: (parameter) =>
    `does not exist: store the token with aws ssm put-parameter --type SecureString --name ${parameter} --value <token>`,
  AccessDeniedException: () => 'may not be read: allow ssm:GetParameter, and kms:Decrypt for its key',
  InvalidKeyId: () => 'cannot be decrypted: its KMS key is missing or disabled',
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/**
 * The token in the SecureString parameter that `reference` names (`ssm:/name`), read when first needed. Throws
 * {@link EnvironmentInvalid} where it is no such reference, without repeating it: somebody may have put the key itself there.
 */
export const parameterToken = (options: {
  ssm: SSMClient;
  reference: string;
  clock: Clock;
  cacheMs?: number;
}): AccessToken => {
  const { ssm, reference, clock, cacheMs = CACHE_MS } = options;
  if (!reference.startsWith(SSM_REFERENCE) || reference.length === SSM_REFERENCE.length) {
    throw new EnvironmentInvalid(
      `The environment variable ${ENV.ouraApiKey} must name a parameter: ${SSM_REFERENCE}/parameter/name`,
    );
  }
  const parameter = reference.slice(SSM_REFERENCE.length);

  const read = async (): Promise<string> => {
    const answer = await ssm
      .send(new GetParameterCommand({ Name: parameter, WithDecryption: true }))
      .catch((cause: unknown) => {
        const remedy = REMEDIES[nameOf(cause)];
        if (!remedy || !(cause instanceof Error)) throw cause;
        throw new ApiKeyMissing({ parameter, reason: remedy(parameter), cause });
      });
    // A pasted key often ends in a newline. What else is not printable ASCII could not go into a header.
    const token = answer.Parameter?.Value?.trim() ?? '';
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw new ApiKeyMissing({
        parameter,
        reason: 'holds no token: store the token itself, without quotes or spaces',
      });
    }
    return token;
  };

  let cached: { token: Promise<string>; until: number } | undefined;
  return {
    get() {
      if (cached && clock.now() < cached.until) return cached.token;
      const entry = { token: read(), until: clock.now() + cacheMs };
      cached = entry;
      // A failure is not kept; the four parallel requests of a window still share it.
      entry.token.catch(() => {
        if (cached === entry) cached = undefined;
      });
      return entry.token;
    },
    rejected() {
      cached = undefined;
    },
  };
};
