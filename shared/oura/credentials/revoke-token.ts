import axios from 'axios';
import { ONE_HOP, proxyFor, USER_AGENT } from '../api/http.ts';
import { EXCHANGE } from '../pace/limits.ts';
import type { Connection } from './oauth-grant.ts';

/** What became of an access token. */
type Revocation =
  | { readonly outcome: 'revoked' }
  /** At the old portal: the access token was expired, revoked or replaced before. The refresh token may live. */
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** The URL beside the token URL: `…/oauth/revoke`, or `…/oauth-revoke` (docs/oura-api.md §5). Undefined if it has another form. */
const revokeUrlOf = (tokenUrl: string): string | undefined =>
  /[/-]token$/.test(tokenUrl) ? tokenUrl.replace(/token$/, 'revoke') : undefined;

/** Revokes a token of a connection, and with it the permission that the user gave. Never throws. */
export const revokeToken = async ({
  access_token,
  refresh_token,
  client_id,
  client_secret,
  token_url,
}: Connection): Promise<Revocation> => {
  const url = revokeUrlOf(token_url);
  if (url === undefined) return { outcome: 'failed', reason: 'its server has no known address for it' };
  try {
    // The old portal takes the access token in the query. The new one follows RFC 7009.
    const form = { token: refresh_token, token_type_hint: 'refresh_token', client_id, client_secret };
    const isNew = url.endsWith('-revoke');
    const { status } = await axios.post(url, isNew ? new URLSearchParams(form) : undefined, {
      ...ONE_HOP,
      ...proxyFor(url),
      ...(!isNew && { params: { access_token } }),
      headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
      responseType: 'text',
      signal: AbortSignal.timeout(EXCHANGE.longestMs),
    });
    if (status >= 200 && status < 300) return { outcome: 'revoked' };
    const isRejected = status === 400 || status === 401;
    if (isRejected && !isNew) return { outcome: 'ended' };
    // The new portal answers 200 for a token that has ended (RFC 7009 §2.2), so it rejects the application.
    const reason = isRejected ? `Oura does not accept the application (${status})` : `Oura answers ${status}`;
    return { outcome: 'failed', reason };
  } catch (error: unknown) {
    // The error itself is not kept, because it holds the token.
    const { code } = error as { code?: unknown };
    return { outcome: 'failed', reason: `no answer came (${String(code ?? 'network error')})` };
  }
};
