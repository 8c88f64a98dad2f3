/** What the API answers, before it is put on the wire. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A body as of RFC 7807: Oura's "Error Handling" page shows this shape. */
export const problem = (
  status: number,
  title: string,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): Reply => ({ status, body: { status, title, detail }, ...(headers === undefined ? {} : { headers }) });

/** The quota of one layer, and when it is whole again. */
export interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
  readonly retryAfterSeconds: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** 429 with the five headers of the OpenAPI document (1.34 and later). */
export const rateLimited = ({ limit, windowSeconds, retryAfterSeconds, now }: Quota): Reply =>
  problem(429, 'Too Many Requests', 'Request rate limit exceeded.', {
    'Retry-After': String(retryAfterSeconds),
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Window': String(windowSeconds),
    'X-RateLimit-Reset': String(Math.ceil(now / 1000) + retryAfterSeconds),
    'X-RateLimit-Tier': 'access_token',
  });

/** 422 in FastAPI's shape: `detail` is a list. */
export const unprocessable = (type: string, parameter: string, msg: string, input: string): Reply => ({
  status: 422,
  body: { detail: [{ type, loc: ['query', parameter], msg, input }] },
});
