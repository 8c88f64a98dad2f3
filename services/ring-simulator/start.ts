import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/core/clock.ts';
import type { Day } from '../../shared/core/day.ts';
import type { Account } from './api/account.ts';
import type { Call } from './api/calls.ts';
import { createFaults, type FaultControl, type FaultSpec } from './api/faults.ts';
import { MESSY_CALLS, messyGone } from './api/messy-calls.ts';
import { createRateLimiter } from './api/rate-limit.ts';
import { problem, type RateLimit, type Reply } from './api/reply.ts';
import { answer, routeOf } from './api/routes.ts';
import { replyInstead, send } from './api/wire.ts';
import { type OAuthRoute, oauthRouteOf } from './oauth/applications.ts';
import { createOAuthServer, type OAuthControl, type OAuthOptions } from './oauth/server.ts';
import type { DayRecords } from './sleeper/collections.ts';
import { createRing, type Ring } from './sleeper/ring.ts';
import type { Scenario } from './sleeper/scenario.ts';
import {
  createWebhooks,
  MESSY_WEBHOOKS,
  NO_FAULTS,
  type WebhookControl,
  type WebhookOptions,
} from './webhooks/server.ts';
import { type WebhookRoute, webhookRouteOf } from './webhooks/subscriptions.ts';

const CALLS_KEPT = 10_000;

const DOWN = problem(503, 'Service Unavailable', 'The service is down.');

export interface RingSimulatorOptions {
  /** The sleeper's time zone (IANA name). */
  readonly timeZone: string;
  readonly clock: Clock;
  /** Each seed is a different sleeper. Default 1. */
  readonly seed?: number;
  /** Default `steady`. */
  readonly scenario?: Scenario;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Any other bearer token gets 401. Default: accept every token, or with `oauth` only those that its token URLs issued. */
  readonly apiKey?: string;
  /** The registered OAuth applications. Default: none. */
  readonly oauth?: OAuthOptions;
  /** How events are delivered. The applications of `oauth` can subscribe. */
  readonly webhooks?: WebhookOptions;
  /** Scopes of the tokens that no token URL issued. Default `daily`, `spo2` and `personal`. */
  readonly grantedScopes?: readonly string[];
  /** Records per page. Default 1000, the page size measured on Oura's `heartrate`. */
  readonly pageSize?: number;
  /** Delay before each response. Default 0. */
  readonly latencyMs?: number;
  /** Default: none. */
  readonly rateLimit?: RateLimit;
  /** Called after each API call, once it has a status. */
  readonly onCall?: (call: Call) => void;
}

export interface RingSimulator extends Pick<Ring, 'restore' | 'fateOf' | 'planted'> {
  /** `http://127.0.0.1:<port>`: use it in place of `https://api.ouraring.com`. */
  readonly url: string;
  /** The last 10,000 API calls, oldest first. */
  readonly calls: readonly Call[];
  /** In the `messy` scenario, `clear` also removes the scenario's own faults. */
  readonly faults: FaultControl;
  /** Key, granted scopes and membership. A change applies from the next call. */
  readonly account: Account;
  /** Requests to the token URLs, and what a user can do to the tokens. */
  readonly oauth: OAuthControl;
  /** Subscriptions, announcements and deliveries. In the `messy` scenario, events suffer the faults that users report. */
  readonly webhooks: WebhookControl;
  /**
   * Replaces the records of `day` in all collections until `restore`. `change` gets plain copies and returns the new ones.
   * Use it for a revision, a broken record, or a night that arrives late (empty it first, restore it later).
   */
  edit(day: Day, change: (records: DayRecords) => DayRecords): void;
  stop(): Promise<void>;
}

/**
 * Starts an HTTP server on 127.0.0.1 that behaves like Oura's API v2 for one simulated sleeper. Rejects if the port is taken.
 * `calls` contains no headers and no bodies, so no tokens.
 */
export const startRingSimulator = async (options: RingSimulatorOptions): Promise<RingSimulator> => {
  const { timeZone, clock, seed = 1, scenario = 'steady', pageSize = 1000, latencyMs = 0 } = options;
  const ring = createRing({ seed, timeZone, scenario });
  const faults = createFaults();
  if (scenario === 'messy') faults.random({ ...MESSY_CALLS, seed });
  const isGone = scenario === 'messy' ? messyGone(seed, timeZone) : () => false;
  const overLimit = createRateLimiter(options.rateLimit);
  const account: Account = {
    apiKey: options.apiKey,
    grantedScopes: options.grantedScopes ?? ['daily', 'spo2', 'personal'],
    membershipActive: true,
  };
  const calls: Call[] = [];
  const oauth = createOAuthServer(options.oauth ?? { applications: [] });
  const webhooks = createWebhooks({
    ...options.webhooks,
    applications: options.oauth?.applications ?? [],
    faults: scenario === 'messy' ? MESSY_WEBHOOKS : NO_FAULTS,
    clock,
    seed,
    ring,
  });
  const scopesOf = (token: string, now: number): readonly string[] | undefined => {
    const issued = oauth.scopesOf(token, now);
    if (issued !== undefined) return issued;
    const known = account.apiKey === undefined ? options.oauth === undefined : token === account.apiKey;
    return known ? account.grantedScopes : undefined;
  };

  /** Faults that act on the bytes strike after the exchange: the client then loses a response that used up its token. */
  const serveOAuth = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    route: OAuthRoute,
  ): Promise<void> => {
    if (scenario === 'down') {
      await send(response, DOWN);
      return;
    }
    const now = clock.now();
    const fault = route.action === 'token' ? faults.take({ target: 'token', isList: false }) : undefined;
    const substitute = fault && replyInstead(fault, now);
    await send(response, substitute ?? (await oauth.answer(request, url, route, now)), fault);
  };

  const serveWebhooks = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    route: WebhookRoute,
  ): Promise<void> => {
    const fault = faults.take({ target: 'webhook', isList: false });
    const substitute = scenario === 'down' ? DOWN : fault && replyInstead(fault, clock.now());
    await send(response, substitute ?? (await webhooks.answer(request, url, route)), fault);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const oauthRoute = oauthRouteOf(url.pathname);
    if (oauthRoute !== undefined) return serveOAuth(request, response, url, oauthRoute);
    const webhookRoute = webhookRouteOf(url.pathname);
    if (webhookRoute !== undefined) return serveWebhooks(request, response, url, webhookRoute);
    const route = routeOf(url.pathname);
    const now = clock.now();
    const call = {
      method: request.method ?? 'GET',
      path: url.pathname,
      collection: route?.target ?? null,
      query: Object.fromEntries(url.searchParams),
      status: null as number | null,
      at: now,
    };
    calls.push(call);
    if (calls.length > CALLS_KEPT) calls.shift();
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const exchange = (): [reply: Reply, fault?: FaultSpec | undefined] => {
      if (route === undefined) return [problem(404, 'Not Found', 'The API does not have this path.')];
      if (call.method !== 'GET') return [problem(405, 'Method Not Allowed', 'Use GET.', { Allow: 'GET' })];
      const refused = scenario === 'down' ? DOWN : overLimit(now);
      if (refused !== undefined) return [refused];
      const { target, documentId } = route;
      const fault = faults.take({ target, isList: target !== 'personal_info' && !documentId });
      const substitute = fault && replyInstead(fault, now);
      const { authorization } = request.headers;
      const library = { ring, account, scopesOf, timeZone, seed, pageSize, isGone, isLate: webhooks.isLate };
      return [
        substitute ?? answer(library, { route, query: url.searchParams, authorization, now, fault }),
        fault,
      ];
    };
    call.status = await send(response, ...exchange());
    options.onCall?.(call);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A bug in the simulator must not look like a timeout of Oura, so respond with the error.
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(500, { 'Content-Type': 'text/plain' });
      response.end(`ring simulator: ${error instanceof Error ? error.stack : String(error)}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    faults,
    account,
    oauth: oauth.control(() => clock.now()),
    webhooks: webhooks.control,
    edit: (day, change) => ring.edit(day, clock.now(), change),
    restore: ring.restore,
    fateOf: ring.fateOf,
    planted: ring.planted,
    stop: () =>
      new Promise((resolve, reject) => {
        webhooks.stop();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
