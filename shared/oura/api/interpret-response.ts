import type { Endpoint } from '../../core/collections.ts';
import {
  AccessForbidden,
  CredentialsRejected,
  type OuraFailure,
  OuraRateLimited,
  OuraRejected,
  OuraUnavailable,
} from '../errors.ts';
import { allowedPerMinute, type Headers, waitAfter } from '../pace/waits.ts';

/** Whether `value` is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses JSON. Undefined if `text` is invalid. The parser's own error quotes the body, so it is not kept. */
export const jsonOf = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

/** Returns `type` and `loc` of a 422's `detail` if they look like names. Its `msg` and `input` can repeat the request. */
const detailOf = (body: unknown): string | undefined => {
  const name = (value: unknown) =>
    (typeof value === 'string' && /^[A-Za-z_][\w.]{0,39}$/.test(value)) || Number.isSafeInteger(value)
      ? String(value)
      : '?';
  const details = isObject(body) && Array.isArray(body['detail']) ? body['detail'] : [];
  const named = details
    .filter(isObject)
    .slice(0, 3)
    .map(
      ({ type, loc }) => `${name(type)} at ${Array.isArray(loc) ? loc.slice(0, 4).map(name).join('.') : '?'}`,
    );
  return named.length === 0 ? undefined : named.join('; ');
};

/**
 * Interprets the status of a response (docs/oura-api.md §2.2). Undefined for 200. 408 is the server's own timeout. A
 * redirect is not followed, because that would send the token, and no other 2xx is valid for a GET of records.
 */
export const failureOf = (
  collection: Endpoint,
  status: number,
  headers: Headers,
  body: unknown,
  nowMs: number,
): OuraFailure | undefined => {
  if (status === 200) return undefined;
  if (status === 401) return new CredentialsRejected({ collection });
  if (status === 403) return new AccessForbidden({ collection, status });
  if (status === 429) {
    return new OuraRateLimited({
      collection,
      waitMs: waitAfter(status, headers, nowMs),
      requestsPerMinute: allowedPerMinute(headers),
    });
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return new OuraRejected({ collection, status, detail: detailOf(body) });
  }
  return new OuraUnavailable({ collection, what: 'unexpected status', status });
};
