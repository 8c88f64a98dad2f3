// How long Oura asks to be left alone: one place for every answer that says so, of the API and of the token URL.

import { LONGEST_WAIT_MS, SILENT_429_WAIT_MS } from './limits.ts';

/** Headers by lower-case name. */
export type Headers = Readonly<Record<string, unknown>>;

const textOf = (headers: Headers, name: string): string => String(headers[name] ?? '').trim();

/**
 * How long an answer asks to wait, in ms; undefined where it does not say. `Retry-After` (integer seconds or an HTTP date) is
 * authoritative; `X-RateLimit-Reset` (epoch seconds) counts only where there is no readable `Retry-After`. Instants are
 * measured against the answer's own `Date`, so that neither a skewed nor a pinned clock (`nowMs`) bends the wait.
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

/** How long to wait after an answer with this status, in ms: as it asks, within bounds. */
export const waitAfter = (status: number, headers: Headers, nowMs: number): number =>
  Math.min(retryAfterMs(headers, nowMs) ?? (status === 429 ? SILENT_429_WAIT_MS : 0), LONGEST_WAIT_MS);

/**
 * How many requests per minute a 429 says are allowed (`X-RateLimit-Limit` per `X-RateLimit-Window` seconds), at least 1;
 * undefined where it does not say.
 */
export const allowedPerMinute = (headers: Headers): number | undefined => {
  const whole = (name: string) => {
    const text = textOf(headers, name);
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  };
  const [limit, seconds] = [whole('x-ratelimit-limit'), whole('x-ratelimit-window')];
  return limit > 0 && seconds > 0 ? Math.max(1, Math.floor((limit * 60) / seconds)) : undefined;
};
