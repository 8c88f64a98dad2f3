import { createHash } from 'node:crypto';
import type { Reply } from '../api/reply.ts';
import { type Application, type Portal, scopeText } from './applications.ts';
import type { Grants, Pair } from './grants.ts';

/** The errors of RFC 6749 §5.2 that the simulator uses. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** A parsed request to a token URL. */
export interface TokenRequest {
  /** The portal whose token URL was called. */
  readonly portal: Portal;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly form: URLSearchParams;
  readonly now: number;
}

export interface TokenRules {
  readonly applications: readonly Application[];
  readonly expiresInSeconds: number;
  /** Whether reuse of a refresh token revokes the grant, as RFC 9700 §4.14 advises. */
  readonly revokeFamilyOnReuse: boolean;
}

const refused = (status: number, error: OAuthError, error_description: string): Reply => ({
  status,
  headers: { 'Cache-Control': 'no-store' },
  body: { error, error_description },
});

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
};

/** Reads the client's id and secret from HTTP Basic (RFC 6749 §2.3.1: form-encoded, then base64) or from the body. */
const clientOf = ({ authorization, form }: TokenRequest): readonly [string, string] => {
  const basic = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return [decoded(id), decoded(secret)];
};

/** Builds the body of a token response. Only the new portal includes the scopes. */
export const pairBody = (pair: Pair, portal: Portal, expiresInSeconds: number) => ({
  token_type: 'bearer',
  access_token: pair.access_token,
  refresh_token: pair.refresh_token,
  expires_in: expiresInSeconds,
  ...(portal === 'developer' ? { scope: scopeText(pair.scopes, portal) } : {}),
});

/**
 * Serves the token URL. The wrong portal responds to a refresh with 400 `invalid_request`, and to the exchange of a code with
 * 401. A failed exchange also uses up the code. Refresh tokens are single-use; `onReuse` is called if a client sends one
 * again.
 */
export const answerTokenRequest = (
  request: TokenRequest,
  rules: TokenRules,
  grants: Grants,
  onReuse: () => void,
): Reply => {
  const { portal, form, now } = request;
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.contentType ?? ''))
    return refused(400, 'invalid_request', 'The body must be form-encoded.');
  const grantType = form.get('grant_type');
  const code = grantType === 'authorization_code' ? grants.takeCode(form.get('code') ?? '', now) : undefined;

  const [clientId, clientSecret] = clientOf(request);
  const application = rules.applications.find(({ client_id }) => client_id === clientId);
  if (application !== undefined && application.portal !== portal)
    return grantType === 'refresh_token'
      ? refused(400, 'invalid_request', 'Invalid request.')
      : refused(401, 'invalid_client', 'Client authentication failed.');
  if (application === undefined || application.client_secret !== clientSecret)
    return refused(401, 'invalid_client', 'Client authentication failed.');

  const issued = (pair: Pair): Reply => ({
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
    body: pairBody(pair, portal, rules.expiresInSeconds),
  });
  if (grantType === 'authorization_code') {
    if (code === undefined || code.grant.application !== application)
      return refused(400, 'invalid_grant', 'The code is unknown, expired or used.');
    if (code.redirectUri !== form.get('redirect_uri'))
      return refused(400, 'invalid_grant', 'The redirect_uri does not match.');
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '');
    if (code.challenge !== undefined && verifier.digest('base64url') !== code.challenge)
      return refused(400, 'invalid_grant', 'The code_verifier does not match.');
    return issued(grants.pairFor(code.grant, now));
  }
  if (grantType === 'refresh_token') {
    const held = grants.refreshable(form.get('refresh_token') ?? '');
    if (held === undefined || held.grant.application !== application || held.grant.revoked)
      return refused(400, 'invalid_grant', 'The refresh token is unknown or revoked.');
    if (held.used) {
      onReuse();
      if (rules.revokeFamilyOnReuse) held.grant.revoked = true;
      return refused(400, 'invalid_grant', 'The refresh token was already used.');
    }
    held.used = true;
    return issued(grants.pairFor(held.grant, now));
  }
  return refused(400, 'unsupported_grant_type', 'Use authorization_code or refresh_token.');
};
