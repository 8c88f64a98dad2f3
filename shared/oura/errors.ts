import { CAUSES } from '../core/causes.ts';
import { type Endpoint, SCOPE } from '../core/collections.ts';
import { AppError, type Consequences, consequencesOf, isLockedOut } from '../core/errors.ts';

// No message, property or cause here carries a token or a health value: the logger writes all three.

const withCause = (cause: Error | undefined): ErrorOptions | undefined => (cause ? { cause } : undefined);
const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

/** How long no worker may send a request, and how many requests per minute Oura allows if it names them. */
export interface RateLimitAnswer {
  readonly waitMs: number;
  readonly requestsPerMinute: number | undefined;
}

/** The failure of a request to Oura, with or without a response. */
export abstract class OuraFailure extends AppError {
  readonly collection: Endpoint;
  /** The HTTP status; undefined if none came, or a 200 whose body did not arrive. */
  readonly status: number | undefined;
  /** Whether the same request may succeed in an immediate retry. */
  readonly isRepeatable: boolean = true;
  /** Whether a shorter range of dates may succeed. */
  readonly isTooMuch: boolean = false;
  /** Whether Oura may accept another access token. */
  readonly rejectsToken: boolean = false;
  /** Oura's rate limit, which all workers share. */
  readonly rateLimit: RateLimitAnswer | undefined;

  constructor(
    message: string,
    data: { collection: Endpoint; status?: number | undefined; cause?: Error | undefined },
  ) {
    super(message, withCause(data.cause));
    this.collection = data.collection;
    this.status = data.status;
  }
}

/** Whether Oura denied the collection, which is more than a failure. */
export const isDenial = (error: unknown): error is OuraFailure =>
  error instanceof OuraFailure && isLockedOut(consequencesOf(error));

/** Why Oura's response is unusable. */
export type Unavailability =
  | 'timeout'
  | 'network error'
  | 'unexpected status'
  | 'malformed body'
  | 'web page instead of data'
  | 'too large'
  | 'repeating next_token'
  | 'too many pages'
  | 'no time left';

/** Oura did not respond, or not as its API documents. */
export class OuraUnavailable extends OuraFailure {
  override readonly name = 'OuraUnavailable';
  override readonly consequences: Consequences = CAUSES.OuraUnavailable;
  readonly what: Unavailability;
  override readonly isTooMuch: boolean;
  override readonly isRepeatable: boolean;
  /** The code of a network error, e.g. `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(data: {
    collection: Endpoint;
    what: Unavailability;
    status?: number;
    code?: string | undefined;
    cause?: Error;
  }) {
    const detail = data.status ?? data.code;
    const suffix = detail === undefined ? '' : ` (${detail})`;
    super(`Oura is unavailable on ${data.collection}: ${data.what}${suffix}`, data);
    this.what = data.what;
    this.code = data.code;
    this.isTooMuch = data.what === 'timeout' || data.what === 'too large' || data.status === 504;
    this.isRepeatable = data.what !== 'too large';
  }
}

/** 429: no worker sends a request before `waitMs` have passed. */
export class OuraRateLimited extends OuraFailure {
  override readonly name = 'OuraRateLimited';
  override readonly consequences: Consequences = CAUSES.OuraRateLimited;
  override readonly waitMs: number;
  override readonly rateLimit: RateLimitAnswer;

  constructor(data: { collection: Endpoint; waitMs: number; requestsPerMinute?: number | undefined }) {
    super(`Oura's rate limit is reached on ${data.collection} (429): wait ${seconds(data.waitMs)}`, {
      collection: data.collection,
      status: 429,
    });
    this.waitMs = data.waitMs;
    this.rateLimit = { waitMs: data.waitMs, requestsPerMinute: data.requestsPerMinute };
  }
}

/** Our own budget of requests is spent, and the wait for more does not fit into this invocation. */
export class RateBudgetSpent extends AppError {
  override readonly name = 'RateBudgetSpent';
  override readonly consequences: Consequences = CAUSES.RateBudgetSpent;
  override readonly waitMs: number;

  constructor(data: { requestsPerMinute: number; waitMs: number }) {
    super(
      `The budget of ${data.requestsPerMinute} requests per minute to Oura is spent: wait ${seconds(data.waitMs)}`,
    );
    this.waitMs = data.waitMs;
  }
}

/** 401: the token is expired, malformed or revoked, or lacks the scope. */
export class CredentialsRejected extends OuraFailure {
  override readonly name = 'CredentialsRejected';
  override readonly consequences: Consequences = CAUSES.CredentialsRejected;
  override readonly rejectsToken = true;
  /** The scope that Oura names as missing. */
  readonly scope: string | undefined;

  constructor({ collection, scope }: { collection: Endpoint; scope?: string | undefined }) {
    const remedy =
      scope === undefined
        ? `reconnect with a valid token of scope ${SCOPE[collection]}`
        : `the scope ${scope} is missing: reconnect and grant it`;
    super(`Oura rejected the credentials on ${collection} (401): ${remedy}`, { collection, status: 401 });
    this.scope = scope;
  }
}

/** 403, or a token that Oura accepts without the scope. */
export class AccessForbidden extends OuraFailure {
  override readonly name = 'AccessForbidden';
  override readonly consequences: Consequences = CAUSES.AccessForbidden;
  readonly scope: string;

  /** @param data.scope the scope that Oura names as missing */
  constructor(data: { collection: Endpoint; status: number; scope?: string | undefined; cause?: Error }) {
    const scope = data.scope ?? SCOPE[data.collection];
    const reason =
      data.status === 403
        ? `the Oura membership has lapsed, or the scope ${scope} is not granted: check the membership, then reconnect`
        : `the token is accepted but the scope ${scope} is not granted: reconnect and grant it`;
    super(`Oura forbids access to ${data.collection} (${data.status}): ${reason}`, data);
    this.scope = scope;
  }
}

/** The statuses by which Oura may reject a range as too long. */
const TOO_MUCH = [400, 413, 414, 422];

/** Another 4xx (400, 404, 422, 426): our request is wrong for this server. */
export class OuraRejected extends OuraFailure {
  override readonly name = 'OuraRejected';
  override readonly consequences: Consequences = CAUSES.OuraRejected;
  override readonly isTooMuch: boolean;
  /** `type` and `loc` of a 422's `detail`, e.g. `missing at query.start_date`, never `msg` or `input`; the text of a 426. */
  readonly detail: string | undefined;

  constructor(data: { collection: Endpoint; status: number; detail?: string | undefined }) {
    const detail = data.detail === undefined ? '' : `: ${data.detail}`;
    super(`Oura rejected the request to ${data.collection} (${data.status})${detail}`, data);
    this.isTooMuch = TOO_MUCH.includes(data.status);
    this.detail = data.detail;
  }
}

/** The parameter that should hold Oura's token cannot be used. */
export class ApiKeyMissing extends AppError {
  override readonly name = 'ApiKeyMissing';
  override readonly consequences: Consequences = CAUSES.ApiKeyMissing;
  readonly parameter: string;
  /** A clause about the parameter, with what to do about it. */
  readonly reason: string;

  constructor(data: { parameter: string; reason: string; cause?: Error }) {
    super(`No usable Oura token: the parameter ${data.parameter} ${data.reason}`, withCause(data.cause));
    this.parameter = data.parameter;
    this.reason = data.reason;
  }
}

/** The grant has ended: the user must connect again. */
export class ReconnectNeeded extends AppError {
  override readonly name = 'ReconnectNeeded';
  override readonly consequences: Consequences = CAUSES.ReconnectNeeded;

  constructor(reason: string) {
    super(`Reconnect needed: ${reason}. Run npm run connect (for a stack on AWS: npm run connect -- --aws)`);
  }
}

/** The access token has expired and there is no new one yet. */
export class TokenRefreshFailed extends AppError {
  override readonly name = 'TokenRefreshFailed';
  override readonly consequences: Consequences = CAUSES.TokenRefreshFailed;
  override readonly waitMs: number;

  /** @param waitMs the wait that the token endpoint requires */
  constructor(reason: string, waitMs = 0) {
    super(`The access token could not be refreshed: ${reason}`);
    this.waitMs = waitMs;
  }
}
