// Every number about time and waiting in the exchange with Oura. The pace of requests is in request-pace.ts.

/** The rules for one attempt: its longest duration, the shortest worth starting, and the time kept for what follows it. */
interface AttemptLimits {
  readonly longestMs: number;
  readonly leastMs: number;
  readonly reserveMs: number;
}

/**
 * One request for records, from connecting to the last byte. The slowest response we expect (two years of sleep) takes a few
 * seconds. A TLS handshake with Oura and one response take about 250 ms. The reserve is for writing the ledger and
 * returning the messages.
 */
export const REQUEST: AttemptLimits = { longestMs: 10_000, leastMs: 250, reserveMs: 1_000 };

/**
 * One exchange of a refresh token. The endpoint responds within a second. The reserve is for storing the new pair
 * ({@link STORING}).
 */
export const EXCHANGE: AttemptLimits = { longestMs: 10_000, leastMs: 1_000, reserveMs: 5_000 };

/**
 * The longest time to connect to the token URL, TLS included: two lost packets are sent again after 1 and 3 s. At most half of
 * the exchange, so that a request that was sent has the time to be answered.
 */
const LONGEST_CONNECT_MS = 4_000;

/** Returns how long connecting may take (whole ms, as AbortSignal.timeout requires), given how long the exchange may. */
export const connectTimeout = (exchangeMs: number): number =>
  Math.min(LONGEST_CONNECT_MS, Math.floor(exchangeMs / 2));

/**
 * How much of the body of a failed response is read, and for how long: it only explains what the status has decided. Oura's
 * are below 1 kB.
 */
export const EXPLANATION = { longestMs: 1_000, mostBytes: 65_536 } as const;

/**
 * Returns how long an attempt may take (whole ms, as AbortSignal.timeout requires), given the time left for the invocation.
 * Undefined if it must not start.
 */
export const attemptTimeout = (
  timeLeftMs: number,
  { longestMs, leastMs, reserveMs }: AttemptLimits = REQUEST,
): number | undefined => {
  const timeout = Math.min(longestMs, Math.floor(timeLeftMs - reserveMs));
  return timeout >= leastMs ? timeout : undefined;
};

/** Retries of a request within one invocation. After them, the message returns to the queue. */
export const RETRIES = 3;

/** The base of the growing delay: 0.5, 1 and 2 s, each plus up to a quarter, so at most 4.4 s in total. */
export const RETRY_BASE_MS = 500;

/** The longest wait within an invocation. A message that must wait longer returns to the queue. */
export const LONGEST_WAIT_IN_PLACE_MS = 2_000;

/** The longest wait of an invocation for the rate budget, on any clock. */
export const LONGEST_BUDGET_WAIT_MS = 60_000;

/** The wait after a 429 that names none. Oura counts requests in windows of five minutes. */
export const SILENT_429_WAIT_MS = 60_000;

/** The longest wait after a response. If a server names a longer one, it is asked again after an hour. */
export const LONGEST_WAIT_MS = 3_600_000;

/** How long a lower limit that Oura names applies. */
export const LOWERED_MS = 86_400_000;

/** The lease outlives the invocation that holds it, even if its clock is a little ahead. */
export const LEASE_MARGIN_MS = 10_000;

/** The longest wait for the refresh of another process: its exchange (10 s at most) and its writes. */
export const LONGEST_REFRESH_WAIT_MS = 15_000;

/** The pauses between two reads while another process refreshes: each is twice as long as the one before. */
export const REFRESH_PAUSE_MS = { first: 20, longest: 500 } as const;

/**
 * Storing a new pair, which is retried for as long as the invocation lasts: the old pair is spent, so the new one must not be
 * lost. An attempt takes about 100 ms (SSM), and the SDK retries within it. Two attempts fit into the reserve of
 * {@link EXCHANGE}. The reserve is for reporting the failure.
 */
export const STORING = {
  longestMs: 2_000,
  firstPauseMs: 250,
  longestPauseMs: 2_000,
  reserveMs: REQUEST.reserveMs,
} as const;

/** How long a token is used before the store is read again. A changed key is noticed within five minutes, at 12 reads an hour. */
export const TOKEN_CACHE_MS = 5 * 60_000;

/** How long a token is used before the store is read again, if its refresh is due but not possible. */
export const OLD_TOKEN_CACHE_MS = 30_000;

/** The longest time before its expiry at which an access token is refreshed. */
export const EARLY_REFRESH_MS = 3_600_000;

/** The largest body of a token endpoint that is read, after decompression. Oura's are about 1 kB. */
export const LARGEST_TOKEN_ANSWER_BYTES = 65_536;

/** The lifetime of an access token if the response does not name it. Short, because an extra refresh costs nothing. */
export const ASSUMED_LIFETIME_S = 3_600;

/**
 * One request about webhook subscriptions with its retries. A POST takes as long as Oura's handshake with our address, which
 * may be a cold start: Oura waits 10 s for it. Two retries after 1 and 2 s.
 */
export const SUBSCRIBING = { longestMs: 30_000, retries: 2, retryBaseMs: 1_000 } as const;
