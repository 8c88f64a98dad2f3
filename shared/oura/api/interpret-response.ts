import type { Endpoint } from '../../core/collections.ts';
import {
  AccessForbidden,
  CredentialsRejected,
  OuraRateLimited,
  OuraRejected,
  OuraUnavailable,
} from '../errors.ts';

/** Headers by lower-case name. */
export type Headers = Readonly<Record<string, unknown>>;

/** What a request can fail with once Oura has answered, or has not. */
export type Failure =
  | OuraUnavailable
  | OuraRateLimited
  | CredentialsRejected
  | AccessForbidden
  | OuraRejected;

/** Whether `value` is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `text` as JSON; undefined where it is none. The parser's own error quotes the body, so it is not kept. */
export const jsonOf = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * How long a 429 asks to wait, in ms; undefined where it does not say. `Retry-After` (integer seconds or an HTTP date) is
 * authoritative; `X-RateLimit-Reset` (epoch seconds) counts only where there is no readable `Retry-After`. Instants are
 * measured against the answer's own `Date`, so that neither a skewed nor a pinned clock (`nowMs`) bends the wait.
 */
export const retryAfterMs = (headers: Headers, nowMs: number): number | undefined => {
  const text = (name: string) => String(headers[name] ?? '').trim();
  const httpDate = (name: string) =>
    /^[A-Za-z]{3}, /.test(text(name)) ? Date.parse(text(name)) : Number.NaN;
  const seconds = (name: string) => (/^\d{1,12}$/.test(text(name)) ? Number(text(name)) : Number.NaN);
  const now = Number.isNaN(httpDate('date')) ? nowMs : httpDate('date');
  const candidates = [
    seconds('retry-after') * 1000,
    httpDate('retry-after') - now,
    seconds('x-ratelimit-reset') * 1000 - now,
  ];
  const wait = candidates.find((candidate) => !Number.isNaN(candidate));
  return wait === undefined ? undefined : Math.max(0, wait);
};

/**
 * How many requests per minute a 429 says are allowed (`X-RateLimit-Limit` per `X-RateLimit-Window` seconds), at least 1;
 * undefined where it does not say.
 */
const allowedPerMinute = (headers: Headers): number | undefined => {
  const whole = (name: string) => {
    const text = String(headers[name] ?? '').trim();
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  };
  const [limit, seconds] = [whole('x-ratelimit-limit'), whole('x-ratelimit-window')];
  return limit > 0 && seconds > 0 ? Math.max(1, Math.floor((limit * 60) / seconds)) : undefined;
};

/** `type` and `loc` of a 422's `detail`, where they look like names: its `msg` and `input` can repeat what was sent. */
const detailOf = (body: unknown): string | undefined => {
  const name = (value: unknown) =>
    (typeof value === 'string' && /^[A-Za-z_][\w.]{0,39}$/.test(value)) || Number.isSafeInteger(value)
      ? String(value)
      : '?';
  const details = isObject(body) && Array.isArray(body['detail']) ? body['detail'] : [];
  const told = details
    .filter(isObject)
    .slice(0, 3)
    .map(
      ({ type, loc }) => `${name(type)} at ${Array.isArray(loc) ? loc.slice(0, 4).map(name).join('.') : '?'}`,
    );
  return told.length === 0 ? undefined : told.join('; ');
};

/**
 * What an answer with this status means (docs/oura-api.md §2.2); undefined for 200. 408 is the server's own timeout. A
 * redirect is not followed, since the token would go along, and no other 2xx is an answer to a GET of records.
 */
export const failureOf = (
  collection: Endpoint,
  status: number,
  headers: Headers,
  body: unknown,
  nowMs: number,
): Failure | undefined => {
  if (status === 200) return undefined;
  if (status === 401) return new CredentialsRejected({ collection });
  if (status === 403) return new AccessForbidden({ collection, status });
  if (status === 429) {
    return new OuraRateLimited({
      collection,
      retryAfterMs: retryAfterMs(headers, nowMs),
      requestsPerMinute: allowedPerMinute(headers),
    });
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return new OuraRejected({ collection, status, detail: detailOf(body) });
  }
  return new OuraUnavailable({ collection, what: 'unexpected status', status });
};
