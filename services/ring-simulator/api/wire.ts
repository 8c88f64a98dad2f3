import type { ServerResponse } from 'node:http';
import type { FaultSpec } from './faults.ts';
import { problem, type Reply, rateLimited } from './reply.ts';

const GATEWAY_PAGE =
  '<!DOCTYPE html><html><head><title>Oura</title></head><body><h1>We will be right back</h1></body></html>';
const CHALLENGE_PAGE =
  '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>';

const challenge = (status: number): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=UTF-8', Server: 'cloudflare', 'cf-mitigated': 'challenge' },
  body: CHALLENGE_PAGE,
});

/** The limit in Oura's FAQ. */
const DOCUMENTED_LIMIT = { requests: 5000, windowSeconds: 300 };

/** Returns the reply that a fault sends instead of the regular one; `undefined` if the fault changes the bytes or a list. */
export const replyInstead = (fault: FaultSpec, now: number): Reply | undefined => {
  switch (fault.kind) {
    case 'rate_limited':
      return rateLimited(DOCUMENTED_LIMIT, fault.retryAfterSeconds ?? 1, now);
    case 'rate_limited_garbled': {
      const reply = rateLimited(DOCUMENTED_LIMIT, fault.retryAfterSeconds ?? 1, now);
      return { ...reply, headers: { ...reply.headers, 'Content-Encoding': 'gzip' } };
    }
    case 'challenge_forbidden':
      return challenge(403);
    case 'challenge_unavailable':
      return challenge(503);
    case 'rate_limited_silent':
      return { status: 429, body: { detail: 'Too Many Requests' } };
    case 'internal_error':
      return problem(500, 'Internal Server Error', 'Something went wrong.');
    case 'bad_gateway':
      return { status: 502, headers: { 'Content-Type': 'text/html' }, body: GATEWAY_PAGE };
    case 'unavailable':
      return problem(503, 'Service Unavailable', 'The service is down for maintenance.');
    case 'html':
      return { status: 200, headers: { 'Content-Type': 'text/html' }, body: GATEWAY_PAGE };
    default:
      return undefined;
  }
};

/** Turns numbers into strings and strings into numbers at every depth, except `id`, `day` and `next_token`. */
const withWrongTypes = (value: unknown, name = ''): unknown => {
  if (name === 'id' || name === 'day' || name === 'next_token' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withWrongTypes(item));
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withWrongTypes(item, key)]));
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value.length : value;
};

const DRIP_MS = 50;

const drip = async (response: ServerResponse, bytes: Buffer, millis: number): Promise<void> => {
  const size = Math.ceil((bytes.length * DRIP_MS) / Math.max(millis, DRIP_MS));
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
  }
  response.end();
};

/**
 * Writes a reply to the socket, with the fault applied to its bytes. Returns the status, or null if the client got no
 * complete response.
 */
export const send = async (
  response: ServerResponse,
  reply: Reply,
  fault?: FaultSpec,
): Promise<number | null> => {
  if (fault?.kind === 'hang') return null;
  if (fault?.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return null;
  }
  const body = fault?.kind === 'wrong_types' ? withWrongTypes(reply.body) : reply.body;
  const whole = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const bytes = fault?.kind === 'malformed' ? whole.subarray(0, Math.ceil(whole.length / 2)) : whole;
  response.writeHead(reply.status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    ...reply.headers,
  });
  if (fault?.kind === 'truncated') {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
    return null;
  }
  if (fault?.kind === 'slow_drip') await drip(response, bytes, fault.millis ?? 2000);
  else response.end(bytes);
  return reply.status;
};
