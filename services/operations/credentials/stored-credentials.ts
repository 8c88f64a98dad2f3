import type { SSMClient } from '@aws-sdk/client-ssm';
import { parameterStore } from '../../../shared/aws/store/parameter-store.ts';
import { SSM_REFERENCE } from '../../../shared/core/names.ts';
import { type Connection, parseConnection } from '../../../shared/oura/credentials/oauth-grant.ts';
import { ApiKeyMissing } from '../../../shared/oura/errors.ts';
import { isDenied } from '../access-denied.ts';

/** What is kept where the functions look for credentials. */
export type Stored =
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** A personal access token. */
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  /** Something that is no credentials. `reason` is a clause about the place. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** This caller may not read it; the functions may. */
  | { readonly kind: 'unreadable' };

/** What `text` is: a connection, a token by itself, or a connection that cannot be used. */
export const storedIn = (text: string): Exclude<Stored, { readonly kind: 'none' | 'unreadable' }> => {
  try {
    const connection = parseConnection(text);
    return connection ? { kind: 'connection', connection } : { kind: 'token', token: text.trim() };
  } catch {
    // Both yup's and JSON's errors repeat what they do not like.
    return { kind: 'unusable', reason: 'holds no connection that can be used' };
  }
};

/** The SecureString parameter that the functions of a stack read. */
export const storedInParameter = async (ssm: SSMClient, parameter: string): Promise<Stored> => {
  try {
    return await parameterStore(ssm, `${SSM_REFERENCE}${parameter}`).read();
  } catch (error: unknown) {
    if (!(error instanceof ApiKeyMissing)) throw error;
    const { cause } = error;
    if (cause instanceof Error && cause.name === 'ParameterNotFound') return { kind: 'none' };
    if (isDenied(cause)) return { kind: 'unreadable' };
    return { kind: 'unusable', reason: 'holds no credentials that can be used' };
  }
};
