import { createHmac, timingSafeEqual } from 'node:crypto';

/** The headers of an event, in lower case. */
export const SIGNATURE_HEADER = 'x-oura-signature';
export const TIMESTAMP_HEADER = 'x-oura-timestamp';

/** How far the time of a request may be from ours. Oura names no limit; other receivers use this one. */
const MOST_SKEW_MS = 300_000;

const digest = (secret: string, timestamp: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(timestamp).update(body).digest();

/**
 * Returns whether `signature` is the HMAC-SHA256 of the text of the timestamp and the raw body, in hex of either case
 * (docs/oura-api.md). Takes the same time for each signature of the right form.
 */
export const isSignedWith = (
  secret: string,
  { signature, timestamp, body }: { signature: string; timestamp: string; body: Uint8Array },
): boolean =>
  /^[0-9a-f]{64}$/i.test(signature) &&
  timingSafeEqual(Buffer.from(signature, 'hex'), digest(secret, timestamp, body));

/** Returns whether a timestamp is close to `now`: 10 digits are seconds, 13 digits are milliseconds. Oura sends both. */
export const isRecent = (timestamp: string, now: number): boolean => {
  if (!/^(\d{10}|\d{13})$/.test(timestamp)) return false;
  const sent = Number(timestamp) * (timestamp.length === 10 ? 1000 : 1);
  return Math.abs(now - sent) <= MOST_SKEW_MS;
};
