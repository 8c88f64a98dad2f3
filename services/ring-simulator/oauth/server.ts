import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { problem, type Reply } from '../api/reply.ts';
import type { Application, OAuthRoute, Portal } from './applications.ts';
import { authorize } from './authorize.ts';
import { createGrants } from './grants.ts';
import { answerTokenRequest, pairBody } from './token.ts';

export interface OAuthOptions {
  readonly applications: readonly Application[];
  /** Lifetime of an access token, also sent as `expires_in`. Default 86400. */
  readonly expiresInSeconds?: number;
  /** Whether reuse of a refresh token revokes the whole grant. Default false: only the reused token is rejected. */
  readonly revokeFamilyOnReuse?: boolean;
  /** Returns the delay between an exchange and its response. Called for each request. Default 0. */
  readonly answerDelayMs?: () => number;
}

/** A request to a token URL, without any secret. */
interface TokenCall {
  readonly grantType: string;
  /** The portal whose token URL was called. */
  readonly portal: Portal;
  /** The server's status, even if the client never received it. */
  readonly status: number;
  /** Epoch milliseconds on the simulator's clock. */
  readonly at: number;
}

/** The body of a token response. */
type TokenReply = ReturnType<typeof pairBody>;

/** The interface of the OAuth2 server for tests. */
export interface OAuthControl {
  /** Every request to a token URL, oldest first. */
  readonly tokenCalls: readonly TokenCall[];
  /** How many refreshes succeeded. */
  readonly refreshes: number;
  /** How often a client sent a refresh token that was already used. */
  readonly presentedTwice: number;
  /** Whether a refresh token was exchanged. A client that still has it has lost the new pair. */
  isUsed(refreshToken: string): boolean;
  /** Every code and token issued so far. Tests search for them in places where no secret may appear. */
  readonly secrets: readonly string[];
  /** Issues a pair as if the user had just granted these scopes (default `daily` and `spo2`). */
  issue(clientId: string, scopes?: readonly string[]): TokenReply;
  /** Expires every access token issued so far. Refresh tokens stay valid. */
  expireAccessTokens(): void;
  /** Revokes every token issued so far, as if the user had removed all permissions. */
  revokeAll(): void;
}

/** Creates the OAuth2 server of both portals. */
export const createOAuthServer = (options: OAuthOptions) => {
  const { applications, expiresInSeconds = 86_400, revokeFamilyOnReuse = false } = options;
  const grants = createGrants(expiresInSeconds * 1000);
  const tokenCalls: TokenCall[] = [];
  let presentedTwice = 0;
  const control = (now: () => number): OAuthControl => ({
    tokenCalls,
    get refreshes() {
      return tokenCalls.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200)
        .length;
    },
    get presentedTwice() {
      return presentedTwice;
    },
    isUsed: (refreshToken) => grants.refreshable(refreshToken)?.used === true,
    secrets: grants.secrets,
    issue: (clientId, scopes = ['daily', 'spo2']) => {
      const application = applications.find(({ client_id }) => client_id === clientId);
      if (application === undefined) throw new TypeError(`There is no application ${clientId}`);
      return pairBody(grants.issue(application, scopes, now()), application.portal, expiresInSeconds);
    },
    expireAccessTokens: grants.expireAccessTokens,
    revokeAll: grants.revokeAll,
  });

  const answer = async (
    request: IncomingMessage,
    url: URL,
    route: OAuthRoute,
    now: number,
  ): Promise<Reply> => {
    const { method = 'GET', headers } = request;
    const form = new URLSearchParams(method === 'POST' ? await text(request) : '');
    if (route.action === 'authorize')
      return authorize(
        { method, path: url.pathname, route, query: url.searchParams, form, now },
        applications,
        grants,
      );
    if (method !== 'POST') return problem(405, 'Method Not Allowed', 'Use POST.', { Allow: 'POST' });
    if (route.action === 'revoke') {
      // The old portal takes the token as a query parameter, the new one in the body (RFC 7009).
      const token = url.searchParams.get('access_token') ?? form.get('token') ?? '';
      if (route.portal === 'cloud' && grants.scopesOf(token, now) === undefined)
        return problem(401, 'Unauthorized', 'The access token is not valid.');
      grants.revoke(token);
      return { status: 200, body: {} };
    }
    const reply = answerTokenRequest(
      {
        portal: route.portal,
        authorization: headers.authorization,
        contentType: headers['content-type'],
        form,
        now,
      },
      { applications, expiresInSeconds, revokeFamilyOnReuse },
      grants,
      () => {
        presentedTwice += 1;
      },
    );
    tokenCalls.push({
      grantType: form.get('grant_type') ?? '',
      portal: route.portal,
      status: reply.status,
      at: now,
    });
    const delay = options.answerDelayMs?.() ?? 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    return reply;
  };

  return { control, answer, scopesOf: grants.scopesOf };
};
