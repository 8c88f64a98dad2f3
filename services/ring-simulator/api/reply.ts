import { AppError, type Consequences, PERMANENT } from '../../../shared/core/errors.ts';

/** A response of the API before it is written to the socket. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Creates a reply with an RFC 7807 body, as shown on Oura's "Error Handling" page. */
export const problem = (
  status: number,
  title: string,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): Reply => ({ status, body: { status, title, detail }, ...(headers === undefined ? {} : { headers }) });

/** A maximum of `requests` in any window of `windowSeconds`. */
export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** Creates a 429 with the five headers of the OpenAPI document (1.34 and later). `now` in epoch milliseconds. */
export const rateLimited = (limit: RateLimit, retryAfterSeconds: number, now: number): Reply =>
  problem(429, 'Too Many Requests', 'Request rate limit exceeded.', {
    'Retry-After': String(retryAfterSeconds),
    'X-RateLimit-Limit': String(limit.requests),
    'X-RateLimit-Window': String(limit.windowSeconds),
    'X-RateLimit-Reset': String(Math.ceil(now / 1000) + retryAfterSeconds),
    'X-RateLimit-Tier': 'access_token',
  });

/** The API refuses a call with this reply. */
export class CallRefused extends AppError {
  override readonly name = 'CallRefused';
  override readonly consequences: Consequences = PERMANENT;
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`The call is refused with ${reply.status}`);
    this.reply = reply;
  }
}
