import axios from 'axios';
import { ONE_HOP, proxyFor, USER_AGENT } from '../api/http.ts';
import { EXCHANGE } from '../pace/limits.ts';
import type { Connection } from './oauth-grant.ts';

/** What became of an access token. */
type Revocation =
  | { readonly outcome: 'revoked' }
  /** It was expired, revoked or replaced before. */
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** The URL beside the token URL: `…/oauth/revoke`, or `…/oauth-revoke` (docs/oura-api.md §5). Undefined if it has another form. */
const revokeUrlOf = (tokenUrl: string): string | undefined =>
  /[/-]token$/.test(tokenUrl) ? tokenUrl.replace(/token$/, 'revoke') : undefined;

/** Revokes the tokens of a connection, and with them the permission that the user gave. Never throws. */
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
    if (status === 400 || status === 401) return { outcome: 'ended' };
    return { outcome: 'failed', reason: `Oura answers ${status}` };
  } catch (error: unknown) {
    // The error itself is not kept, because it holds the token.
    const { code } = error as { code?: unknown };
    return { outcome: 'failed', reason: `no answer came (${String(code ?? 'network error')})` };
  }
};
