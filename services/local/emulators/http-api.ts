import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../shared/core/clock.ts';
import { FunctionError, type Functions } from './functions.ts';
import { type BodyLimits, createServer, listenOnLoopback, withBody } from './loopback-server.ts';
import { type HttpResult, httpResult, proxyEvent } from './proxy-event.ts';
import { STOP_GRACE_SECONDS } from './stop-grace.ts';
import { createTokenBucket, type Throttle } from './token-bucket.ts';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const MAX_HEADER_BYTES = 10_240;
const BODY_LIMITS: BodyLimits = {
  maxBytes: 10 * 1024 * 1024,
  shortBytes: 64 * 1024,
  // Unread bodies. Anyone can send them through the tunnel: a flood of slow long ones would take gigabytes. Beyond it only short
  // bodies are accepted, so that it does not shut out the events of Oura.
  maxBytesInProgress: 32 * 1024 * 1024,
};
/** The longest that an integration may take. */
export const MAX_INTEGRATION_MS = 30_000;

/** How long a client may take to send a request. Then Node closes its connection. */
const REQUEST_MS = 30_000;

/** A function that answers requests. */
interface Integration {
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** An HTTP API of the template, before it is served. */
export interface HttpApi {
  readonly id: string;
  /** By route key, such as `POST /oura`: the ID of an integration. */
  readonly routes: Map<string, string>;
  readonly integrations: Map<string, Integration>;
}

/** The HTTP APIs of the template, by ID. */
export interface HttpApis {
  add(id: string): void;
  /** Throws if the template has no such API. */
  get(id: string): HttpApi;
}

export const createHttpApis = (): HttpApis => {
  const apis = new Map<string, HttpApi>();
  return {
    add: (id) => void apis.set(id, { id, routes: new Map(), integrations: new Map() }),
    get: (id) => {
      const api = apis.get(id);
      if (!api) throw new TypeError(`There is no HTTP API ${id}`);
      return api;
    },
  };
};

/** A response of API Gateway itself. */
const own = (status: number, message: string): HttpResult => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

const NOT_FOUND = own(404, 'Not Found');
const BAD_REQUEST = own(400, 'Bad Request');
const TOO_LARGE = own(413, 'Request Entity Too Large');
const THROTTLED = own(429, 'Too Many Requests');
const FAILED = own(500, 'Internal Server Error');
/** The function is at its reserved concurrency, or takes longer than the integration allows. */
const UNAVAILABLE = own(503, 'Service Unavailable');

const failure = (error: unknown): HttpResult => {
  if (!(error instanceof FunctionError)) throw error;
  if (error.errorType === 'Lambda.TooManyRequestsException') return UNAVAILABLE;
  return error.errorType === 'Lambda.RequestTooLargeException' ? TOO_LARGE : FAILED;
};

const invoke = async (
  functions: Pick<Functions, 'invoke'>,
  { functionName, timeoutMs }: Integration,
  event: unknown,
): Promise<HttpResult> => {
  const late = Promise.withResolvers<HttpResult>();
  const timer = setTimeout(() => late.resolve(UNAVAILABLE), timeoutMs);
  const answered = functions
    .invoke(functionName, event)
    .then((result) => httpResult(result) ?? FAILED)
    .catch(failure);
  return Promise.race([answered, late.promise]).finally(() => clearTimeout(timer));
};

/** The part of an HTTP API that serves requests. */
export interface ServedApi {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  isIdle(): boolean;
  /** Stops accepting requests. Resolves when those in progress have been answered, or after a grace period. */
  end(): Promise<void>;
}

/**
 * Serves an HTTP API on 127.0.0.1 only, at `port`, with the limits of API Gateway. The Host header may be any name, because
 * requests come through a tunnel or a reverse proxy. Throws PortInUse.
 */
export const serveHttpApi = async (
  { id, routes, integrations }: HttpApi,
  options: {
    readonly port: number;
    readonly functions: Pick<Functions, 'invoke'>;
    readonly clock: Clock;
    /** `undefined`: no limit. */
    readonly throttle: Throttle | undefined;
    /** Milliseconds of a clock that never runs backwards. @default performance.now */
    readonly monotonic?: () => number;
  },
): Promise<ServedApi> => {
  const { functions, clock, throttle, monotonic = () => performance.now() } = options;
  const isAdmitted = throttle ? createTokenBucket(throttle, monotonic) : () => true;
  let inProgress = 0;
  const unread = { bytes: 0 };
  let ended: Promise<void> | undefined;

  const answer = async (request: IncomingMessage): Promise<HttpResult> => {
    // A path such as `//` is not a URL.
    const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
    if (!url) return BAD_REQUEST;
    const routeKey = `${request.method} ${url.pathname}`;
    const integration = integrations.get(routes.get(routeKey) ?? '');
    if (!integration) return NOT_FOUND;
    if (!isAdmitted()) return THROTTLED;
    const body = await withBody<Buffer | HttpResult>(request, BODY_LIMITS, unread, {
      use: (read) => read,
      tooLong: () => TOO_LARGE,
      busy: () => UNAVAILABLE,
    });
    if (!Buffer.isBuffer(body)) return body;
    return invoke(
      functions,
      integration,
      proxyEvent(request, url, body, { apiId: id, routeKey, now: clock.now() }),
    );
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await answer(request);
    // Discards a body that was not read: a client that still sends it would not see the reply if the connection closed.
    request.resume();
    response.writeHead(status, {
      ...headers,
      'content-length': body.length,
      ...(ended === undefined ? {} : { connection: 'close' }),
    });
    response.end(body);
  };

  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: MAX_HEADER_BYTES },
    (request, response) => {
      inProgress += 1;
      respond(request, response)
        // The client is gone, or the handler's result cannot be sent.
        .catch(() => response.destroy())
        .finally(() => {
          inProgress -= 1;
        });
    },
  );
  const url = await listenOnLoopback(server, options.port);
  return {
    url,
    isIdle: () => inProgress === 0,
    end: () => {
      ended ??= new Promise((resolve) => {
        const grace = setTimeout(() => server.closeAllConnections(), STOP_GRACE_SECONDS * 1000);
        server.close(() => {
          clearTimeout(grace);
          resolve();
        });
        server.closeIdleConnections();
      });
      return ended;
    },
  };
};
