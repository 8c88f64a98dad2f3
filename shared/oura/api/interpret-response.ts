import { type Endpoint, SCOPE } from '../../core/collections.ts';
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

// What a failed response says beyond its status: names and short text that are safe to log and to store.

const textIn = (body: unknown, fields: readonly string[]): string[] =>
  isObject(body) ? fields.map((field) => body[field]).filter((value) => typeof value === 'string') : [];

/** Returns `type` and `loc` of a 422's `detail` if they look like names. Its `msg` and `input` can repeat the request. */
const rejectedFields = (body: unknown): string | undefined => {
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

const LONGEST_STATEMENT = 160;

/** Returns what the body says in words: one line, without addresses and without words long enough to be a token. */
const statementIn = (body: unknown): string | undefined => {
  const [text = ''] = textIn(body, ['detail', 'message', 'title']);
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.replace(/\S*@\S*|\S{25,}/g, '…').slice(0, LONGEST_STATEMENT) || undefined;
};

/** Returns what the body of a failed response says, safe to log: the fields of a 422, else its text. */
export const describeBody = (body: unknown): string | undefined => rejectedFields(body) ?? statementIn(body);

const SCOPE_NAME = '([a-z][A-Za-z0-9_]{1,23})(?![\\w-])';
/** Where a text names a scope, the surest first: by Oura's prefix, after "scope:", as one that we use, in quotation marks. */
const NAMED_SCOPE = [
  `extapi:${SCOPE_NAME}`,
  `\\bscopes?["']?\\s*[:=]\\s*["'\`]?${SCOPE_NAME}`,
  `\\b(${[...new Set(Object.values(SCOPE))].join('|')})\\b`,
  `["'\`]${SCOPE_NAME}["'\`]`,
].map((pattern) => new RegExp(pattern));

/**
 * Returns the scope that a 401 names as missing, in its header (RFC 6750 §3) or in its body. The form of Oura's bodies is not
 * documented, so only what looks like the name of a scope counts.
 */
const missingScope = (headers: Headers, body: unknown): string | undefined => {
  const challenge = String(headers['www-authenticate'] ?? '');
  const texts = [
    ...(challenge.match(/\bscope="[^"]*"/) ?? []),
    ...textIn(body, ['scope', 'required_scope', 'missing_scope']).map((name) => `scope: ${name}`),
    ...textIn(body, ['detail', 'message', 'title', 'error_description']),
  ].filter((text) => /\bscopes?\b/i.test(text));
  for (const text of texts) {
    for (const pattern of NAMED_SCOPE) {
      const name = pattern.exec(text)?.[1];
      if (name !== undefined) return name;
    }
  }
  return undefined;
};

/** Whether a page for people came instead of a response of the API: from a captive portal, a proxy, or Cloudflare (a challenge). */
export const isWebPage = (headers: Headers): boolean =>
  /^text\/html\b/i.test(String(headers['content-type'] ?? '')) || headers['cf-mitigated'] === 'challenge';

/**
 * Interprets the status and the headers of a response (docs/oura-api.md §2.2). Undefined for 200. 408 is the server's own
 * timeout. A redirect is not followed, because that would send the token, and no other 2xx is valid for a GET of records.
 * @param explanation returns the JSON body, undefined if it is unreadable. It only explains the verdict, so it is not read for the
 *   others
 */
export const failureOf = async (
  collection: Endpoint,
  { status, headers }: { readonly status: number; readonly headers: Headers },
  explanation: () => Promise<unknown>,
  nowMs: number,
): Promise<OuraFailure | undefined> => {
  if (status === 200) return undefined;
  if (status === 429) {
    return new OuraRateLimited({
      collection,
      waitMs: waitAfter(status, headers, nowMs),
      requestsPerMinute: allowedPerMinute(headers),
    });
  }
  if (status === 403 && isWebPage(headers)) {
    return new OuraUnavailable({ collection, what: 'web page instead of data', status });
  }
  if (status === 401) {
    return new CredentialsRejected({ collection, scope: missingScope(headers, await explanation()) });
  }
  if (status === 403) return new AccessForbidden({ collection, status });
  if (status >= 400 && status < 500 && status !== 408) {
    const body = await explanation();
    const detail = status === 426 ? statementIn(body) : rejectedFields(body);
    return new OuraRejected({ collection, status, detail });
  }
  return new OuraUnavailable({ collection, what: 'unexpected status', status });
};
