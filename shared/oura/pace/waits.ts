// Parses the waits and limits in responses of the API and of the token URL.

import { LONGEST_WAIT_MS, SILENT_429_WAIT_MS } from './limits.ts';

/** Headers by lower-case name. */
export type Headers = Readonly<Record<string, unknown>>;

const textOf = (headers: Headers, name: string): string => String(headers[name] ?? '').trim();

/**
 * Returns the wait that a response requires, in ms. Undefined if it names none. `Retry-After` (integer seconds or an HTTP date)
 * takes precedence. `X-RateLimit-Reset` (epoch seconds) counts only without a readable `Retry-After`. Instants are
 * measured against the response's own `Date`, so that a skewed or pinned clock (`nowMs`) does not change the wait.
 */
export const retryAfterMs = (headers: Headers, nowMs: number): number | undefined => {
  const text = (name: string) => textOf(headers, name);
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

/** Returns how long to wait after a response with this status, in ms, within limits. */
export const waitAfter = (status: number, headers: Headers, nowMs: number): number =>
  Math.min(retryAfterMs(headers, nowMs) ?? (status === 429 ? SILENT_429_WAIT_MS : 0), LONGEST_WAIT_MS);

/**
 * Returns the requests per minute that a 429 allows (`X-RateLimit-Limit` per `X-RateLimit-Window` seconds), at least 1.
 * Undefined if it does not name them.
 */
export const allowedPerMinute = (headers: Headers): number | undefined => {
  const whole = (name: string) => {
    const text = textOf(headers, name);
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  };
  const [limit, seconds] = [whole('x-ratelimit-limit'), whole('x-ratelimit-window')];
  return limit > 0 && seconds > 0 ? Math.max(1, Math.floor((limit * 60) / seconds)) : undefined;
};
