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

/** A rate limit, and when requests are allowed again. */
export interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
  readonly retryAfterSeconds: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Creates a 429 with the five headers of the OpenAPI document (1.34 and later). */
export const rateLimited = ({ limit, windowSeconds, retryAfterSeconds, now }: Quota): Reply =>
  problem(429, 'Too Many Requests', 'Request rate limit exceeded.', {
    'Retry-After': String(retryAfterSeconds),
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Window': String(windowSeconds),
    'X-RateLimit-Reset': String(Math.ceil(now / 1000) + retryAfterSeconds),
    'X-RateLimit-Tier': 'access_token',
  });

/** Creates a 422 in FastAPI's format: `detail` is a list. */
export const unprocessable = (type: string, parameter: string, msg: string, input: string): Reply => ({
  status: 422,
  body: { detail: [{ type, loc: ['query', parameter], msg, input }] },
});
