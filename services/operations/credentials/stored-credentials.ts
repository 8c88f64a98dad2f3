import type { SSMClient } from '@aws-sdk/client-ssm';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { SSM_REFERENCE } from '../../../shared/core/names.ts';
import { type Connection, parseConnection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { ApiKeyMissing } from '../../../shared/oura/errors.ts';
import { isDenied } from '../access-denied.ts';

/** The content of the place where the functions read their credentials. */
export type Stored =
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** A personal access token. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  /** Not credentials. `reason` is a clause whose subject is the place. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** The caller may not read it, but the functions may. */
  | { readonly kind: 'unreadable' };

/** Parses `text`: a connection, a token, or an unusable connection. */
export const storedIn = (text: string): Exclude<Stored, { readonly kind: 'none' | 'unreadable' }> => {
  try {
    const connection = parseConnection(text);
    return connection ? { kind: 'connection', connection } : { kind: 'token', token: text.trim() };
  } catch {
    // The errors of yup and JSON.parse repeat the value, which may be a secret.
    return { kind: 'unusable', reason: 'holds no usable connection' };
  }
};

/** Reads the SecureString parameter of a stack. */
export const storedInParameter = async (ssm: SSMClient, parameter: string): Promise<Stored> => {
  try {
    return await parameterStore(ssm, `${SSM_REFERENCE}${parameter}`).read();
  } catch (error: unknown) {
    if (!(error instanceof ApiKeyMissing)) throw error;
    const { cause } = error;
    if (cause instanceof Error && cause.name === 'ParameterNotFound') return { kind: 'none' };
    if (isDenied(cause)) return { kind: 'unreadable' };
    return { kind: 'unusable', reason: 'holds no usable credentials' };
  }
};
