import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { problem, type Reply } from '../api/reply.ts';
import type { Application, OAuthRoute, Portal } from './applications.ts';
import { authorize } from './authorize.ts';
import { createGrants } from './grants.ts';
import { answerTokenRequest, pairBody } from './token.ts';

export interface OAuthOptions {
  readonly applications: readonly Application[];
  /** How long an access token lives, and what `expires_in` says. Default 86400. */
  readonly expiresInSeconds?: number;
  /** Whether a refresh token that is presented again ends the whole grant. Default false: it is refused, no more. */
  readonly revokeFamilyOnReuse?: boolean;
  /** How long the answer of a token URL takes once the exchange has happened, asked for each. Default 0. */
  readonly answerDelayMs?: () => number;
}

/** A request that reached a token URL, without any secret. */
export interface TokenCall {
  readonly grantType: string;
  /** Whose token URL was asked. */
  readonly portal: Portal;
  /** As the server answered, whether or not the client got to see it. */
  readonly status: number;
  /** Epoch milliseconds on the simulator's clock. */
  readonly at: number;
}

/** What a token URL answers with. */
export type TokenReply = ReturnType<typeof pairBody>;

/** The OAuth2 server as a test sees it. */
export interface OAuthControl {
  /** Every request at a token URL, oldest first. */
  readonly tokenCalls: readonly TokenCall[];
  /** How many refreshes were answered with a new pair. */
  readonly refreshes: number;
  /** How often a refresh token was presented that had been exchanged before. */
  readonly presentedTwice: number;
  /** Every code and token that was ever issued: what a test looks for where none may be. */
  readonly secrets: readonly string[];
  /** A pair as if the user had just allowed these scopes (default `daily` and `spo2`) to the application. */
  issue(clientId: string, scopes?: readonly string[]): TokenReply;
  /** From now on every access token issued so far gets 401; refresh tokens stay good. */
  expireAccessTokens(): void;
  /** The user has taken every permission back: no token issued so far is good any more. */
  revokeAll(): void;
}

/** The OAuth2 server of both portals: what the tests see, and the server's side of it. */
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
    if (method !== 'POST') return problem(405, 'Method Not Allowed', 'Only POST.', { Allow: 'POST' });
    if (route.action === 'revoke') {
      // The old portal takes the token as a query parameter, the new one in the body (RFC 7009).
      grants.revoke(url.searchParams.get('access_token') ?? form.get('token') ?? '');
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
