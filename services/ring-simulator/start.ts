import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/core/clock.ts';
import type { Day } from '../../shared/core/day.ts';
import type { Account } from './api/account.ts';
import { type Call, createCallLog } from './api/calls.ts';
import type { DayRecords } from './api/collections.ts';
import { createFaults, type FaultControl } from './api/faults.ts';
import { createRateLimiter, type RateLimit } from './api/rate-limit.ts';
import { problem, type Reply } from './api/reply.ts';
import { answer, routeOf } from './api/routes.ts';
import { replyInstead, send } from './api/wire.ts';
import { type OAuthRoute, oauthRouteOf } from './oauth/applications.ts';
import { createOAuthServer, type OAuthControl, type OAuthOptions } from './oauth/server.ts';
import { createRing } from './sleeper/ring.ts';
import type { DayFate, Scenario } from './sleeper/scenario.ts';

export interface RingSimulatorOptions {
  /** IANA name: where the sleeper lives. */
  readonly timeZone: string;
  readonly clock: Clock;
  /** Another seed is another sleeper. Default 1. */
  readonly seed?: number;
  /** Default `steady`. */
  readonly scenario?: Scenario;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Any other bearer token gets 401. Default: every one passes, or with `oauth` only what its token URLs issued. */
  readonly apiKey?: string;
  /** The applications that people may allow to read their nights. Default: none. */
  readonly oauth?: OAuthOptions;
  /** Of the tokens that no token URL issued. Default `daily`, `spo2` and `personal`. */
  readonly grantedScopes?: readonly string[];
  /** Records per page. Default 1000, as measured at `heartrate`. */
  readonly pageSize?: number;
  /** How long each answer takes. Default 0. */
  readonly latencyMs?: number;
  /** Default: none. */
  readonly rateLimit?: RateLimit;
  /** Told of each call of the API once it is answered. */
  readonly onCall?: (call: Call) => void;
}

export interface RingSimulator {
  /** `http://127.0.0.1:<port>`: stands for `https://api.ouraring.com`. */
  readonly url: string;
  /** The last 10,000 calls of the API, oldest first. */
  readonly calls: readonly Call[];
  readonly faults: FaultControl;
  /** Key, granted scopes and membership; a change counts from the next call. */
  readonly account: Account;
  /** What was asked for at the token URLs, and what the user does to the tokens. */
  readonly oauth: OAuthControl;
  /**
   * Replaces what the API has on `day` by what `change` makes of plain copies of it, in all collections, until `restore`:
   * a revision, a night that arrives late (first emptied, later restored), a record that is broken.
   */
  edit(day: Day, change: (records: DayRecords) => DayRecords): void;
  /** Takes back the edits of the day. */
  restore(day: Day): void;
  /** What is fixed for the day by seed and scenario: worn or not, when synced, when revised. */
  fateOf(day: Day): DayFate;
  stop(): Promise<void>;
}

/**
 * Starts an HTTP server on 127.0.0.1 that behaves like Oura's API v2 for one simulated sleeper. Rejects where the port is taken.
 * `calls` holds neither headers nor bodies, hence no token.
 */
export const startRingSimulator = async (options: RingSimulatorOptions): Promise<RingSimulator> => {
  const { timeZone, clock, seed = 1, scenario = 'steady', pageSize = 1000, latencyMs = 0 } = options;
  const ring = createRing({ seed, timeZone, scenario });
  const faults = createFaults();
  const overLimit = createRateLimiter(options.rateLimit);
  const account: Account = {
    apiKey: options.apiKey,
    grantedScopes: options.grantedScopes ?? ['daily', 'spo2', 'personal'],
    membershipActive: true,
  };
  const log = createCallLog();
  const oauth = createOAuthServer(options.oauth ?? { applications: [] });
  const scopesOf = (token: string, now: number): readonly string[] | undefined => {
    const issued = oauth.scopesOf(token, now);
    if (issued !== undefined) return issued;
    const known = account.apiKey === undefined ? options.oauth === undefined : token === account.apiKey;
    return known ? account.grantedScopes : undefined;
  };

  /** The whole of Oura is down, or the token URL alone has a fault: of those that act on the wire the exchange has happened. */
  const serveOAuth = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    route: OAuthRoute,
  ): Promise<void> => {
    if (scenario === 'down') {
      await send(response, problem(503, 'Service Unavailable', 'The service is down.'), undefined);
      return;
    }
    const now = clock.now();
    const fault = route.action === 'token' ? faults.take({ target: 'token', isList: false }) : undefined;
    const substitute = fault === undefined ? undefined : replyInstead(fault, now);
    await send(response, substitute ?? (await oauth.answer(request, url, route, now)), fault);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const oauthRoute = oauthRouteOf(url.pathname);
    if (oauthRoute !== undefined) return serveOAuth(request, response, url, oauthRoute);
    const route = routeOf(url.pathname);
    const now = clock.now();
    const call = log.received(request.method ?? 'GET', url, route?.target ?? null, now);
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const reply = (what: Reply) => send(response, what, undefined);
    if (route === undefined)
      call.status = await reply(problem(404, 'Not Found', 'The API has no such path.'));
    else if (call.method !== 'GET')
      call.status = await reply(problem(405, 'Method Not Allowed', 'Only GET.', { Allow: 'GET' }));
    else if (scenario === 'down')
      call.status = await reply(problem(503, 'Service Unavailable', 'The service is down.'));
    else {
      const refused = overLimit(now);
      const fault =
        refused === undefined
          ? faults.take({
              target: route.target,
              isList: route.target !== 'personal_info' && !route.documentId,
            })
          : undefined;
      const right = () => {
        const authorization = request.headers.authorization;
        return answer(
          { ring, account, scopesOf, timeZone, seed, pageSize },
          { route, query: url.searchParams, authorization, now, fault },
        );
      };
      const substitute = refused ?? (fault === undefined ? undefined : replyInstead(fault, now));
      call.status = await send(response, substitute ?? right(), fault);
    }
    options.onCall?.(call);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A bug of the simulator must not look like Oura's silence: it is the answer, and ends the connection.
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
    calls: log.calls,
    faults,
    account,
    oauth: oauth.control(() => clock.now()),
    edit: (day, change) => ring.edit(day, clock.now(), change),
    restore: ring.restore,
    fateOf: ring.fateOf,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
