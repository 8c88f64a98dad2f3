import { type Collection, type Endpoint, SCOPE } from '../core/collections.ts';
import type { Day } from '../core/day.ts';

// No message, property or cause here carries a token or a health value: the logger writes all three.

const withCause = (cause: Error | undefined): ErrorOptions | undefined => (cause ? { cause } : undefined);

/** What kept Oura from answering properly. */
export type Unavailability =
  | 'timeout'
  | 'network error'
  | 'unexpected status'
  | 'malformed body'
  | 'too large'
  | 'repeating next_token'
  | 'too many pages'
  | 'no time left';

/** Oura did not answer, or not with what its API promises. Worth asking again later. */
export class OuraUnavailable extends Error {
  override readonly name = 'OuraUnavailable' as const;
  readonly retryable = true;
  readonly collection: Endpoint;
  readonly what: Unavailability;
  readonly status: number | undefined;
  /** Of a network error, e.g. `ECONNREFUSED`. */
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
    super(`Oura is unavailable on ${data.collection}: ${data.what}${suffix}`, withCause(data.cause));
    this.collection = data.collection;
    this.what = data.what;
    this.status = data.status;
    this.code = data.code;
  }
}

/** 429. Worth asking again, but by nobody before `retryAfterMs` (ms from the answer; undefined: Oura did not say). */
export class OuraRateLimited extends Error {
  override readonly name = 'OuraRateLimited' as const;
  readonly retryable = true;
  readonly collection: Endpoint;
  /** As the server said, without a bound: capping it is up to who waits. */
  readonly retryAfterMs: number | undefined;
  /** How many requests per minute Oura allows, where it said so. */
  readonly requestsPerMinute: number | undefined;

  constructor(data: {
    collection: Endpoint;
    retryAfterMs: number | undefined;
    requestsPerMinute?: number | undefined;
  }) {
    const wait =
      data.retryAfterMs === undefined ? 'no wait given' : `wait ${Math.ceil(data.retryAfterMs / 1000)} s`;
    super(`Oura's rate limit is reached on ${data.collection} (429): ${wait}`);
    this.collection = data.collection;
    this.retryAfterMs = data.retryAfterMs;
    this.requestsPerMinute = data.requestsPerMinute;
  }
}

/** Our own budget of requests is spent, and the wait for more does not fit into this invocation. */
export class RateBudgetSpent extends Error {
  override readonly name = 'RateBudgetSpent' as const;
  readonly retryable = true;
  readonly retryAfterMs: number;

  constructor(data: { requestsPerMinute: number; retryAfterMs: number }) {
    super(
      `The budget of ${data.requestsPerMinute} requests per minute to Oura is spent: wait ${Math.ceil(data.retryAfterMs / 1000)} s`,
    );
    this.retryAfterMs = data.retryAfterMs;
  }
}

/** 401: the token is expired, malformed or revoked, or lacks the scope. Asking again changes nothing. */
export class CredentialsRejected extends Error {
  override readonly name = 'CredentialsRejected' as const;
  readonly retryable = false;
  readonly collection: Endpoint;

  constructor(data: { collection: Endpoint }) {
    super(
      `Oura rejected the credentials on ${data.collection} (401): reconnect with a valid token of scope ${SCOPE[data.collection]}`,
    );
    this.collection = data.collection;
  }
}

/** 403, or a token that Oura accepts without the scope: asking again changes nothing. */
export class AccessForbidden extends Error {
  override readonly name = 'AccessForbidden' as const;
  readonly retryable = false;
  readonly collection: Endpoint;
  readonly status: number;

  constructor(data: { collection: Endpoint; status: number; cause?: Error }) {
    const reason =
      data.status === 403
        ? `the Oura membership has lapsed, or the scope ${SCOPE[data.collection]} is not granted: check the membership, then reconnect`
        : `the token is accepted but the scope ${SCOPE[data.collection]} is not granted: reconnect and grant it`;
    super(`Oura forbids access to ${data.collection} (${data.status}): ${reason}`, withCause(data.cause));
    this.collection = data.collection;
    this.status = data.status;
  }
}

/** Another 4xx (400, 404, 422, 426): our request is wrong for this server, so repeating it is too. */
export class OuraRejected extends Error {
  override readonly name = 'OuraRejected' as const;
  readonly retryable = false;
  readonly collection: Endpoint;
  readonly status: number;
  /** Of a 422's `detail`, `type` and `loc` only, e.g. `missing at query.start_date`; never `msg` or `input`. */
  readonly detail: string | undefined;

  constructor(data: { collection: Endpoint; status: number; detail?: string | undefined }) {
    const detail = data.detail === undefined ? '' : `: ${data.detail}`;
    super(`Oura rejected the request to ${data.collection} (${data.status})${detail}`);
    this.collection = data.collection;
    this.status = data.status;
    this.detail = data.detail;
  }
}

/**
 * A record that is not what we rely on. It fails its date only. Not retryable: Oura sends the same record again.
 * It has no `cause`, because yup's error carries the value that was wrong.
 */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord' as const;
  readonly retryable = false;
  readonly collection: Collection;
  /** Null where the record does not tell. */
  readonly date: Day | null;
  /** yup path, e.g. `contributors.timing`; empty for the record itself. */
  readonly path: string;
  /** e.g. `must be an integer`. */
  readonly reason: string;

  constructor(data: { collection: Collection; date: Day | null; path: string; reason: string }) {
    const date = data.date === null ? '' : ` of ${data.date}`;
    super(`Invalid ${data.collection} record${date}: ${data.path || 'the record'} ${data.reason}`);
    this.collection = data.collection;
    this.date = data.date;
    this.path = data.path;
    this.reason = data.reason;
  }
}

/** The parameter that should hold Oura's token cannot be used. */
export class ApiKeyMissing extends Error {
  override readonly name = 'ApiKeyMissing' as const;
  readonly retryable = false;
  readonly parameter: string;
  /** A clause about the parameter, with what to do about it. */
  readonly reason: string;

  constructor(data: { parameter: string; reason: string; cause?: Error }) {
    super(`No usable Oura token: the parameter ${data.parameter} ${data.reason}`, withCause(data.cause));
    this.parameter = data.parameter;
    this.reason = data.reason;
  }
}

/** The connection that the parameter holds is worth nothing any more. Only its owner can mend that, by connecting anew. */
export class ReconnectNeeded extends Error {
  override readonly name = 'ReconnectNeeded' as const;
  readonly retryable = false;

  constructor(reason: string) {
    super(`Reconnect needed: ${reason}. Run npm run connect (for a stack on AWS: npm run connect -- --aws)`);
  }
}

/** The access token has ended and no new one is there yet. Worth trying again later. */
export class TokenRefreshFailed extends Error {
  override readonly name = 'TokenRefreshFailed' as const;
  readonly retryable = true;
  /** How long the token endpoint wants to be left alone (ms); undefined where it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, retryAfterMs?: number) {
    super(`The access token could not be refreshed: ${reason}`);
    this.retryAfterMs = retryAfterMs;
  }
}
