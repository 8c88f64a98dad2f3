/** Oura's rate limit and our use of it, as the workers know them. Instants are epoch ms; 0 if none is set. */
export interface RateLimitState {
  /** No request may be made before this instant. */
  readonly notBefore: number;
  /** The budget is spent until this instant, at an even pace (request-pace.ts). */
  readonly spentUntil: number;
  /** The requests per minute that Oura allows if they are fewer than our setting, and until when this applies. */
  readonly lowered: { readonly requestsPerMinute: number; readonly until: number } | undefined;
}

/** When and how often Oura may be called, shared by all workers. */
export interface RateLimit {
  get(): Promise<RateLimitState>;
  /** Forbids requests before `epochMs`. Never shortens a wait that another worker has set. */
  extend(epochMs: number): Promise<void>;
  /** Lowers the limit until `until`. A lower limit that still applies at `now` stays. */
  lower(requestsPerMinute: number, now: number, until: number): Promise<void>;
  /** Spends the budget up to `spentUntil`. Returns false if the state is not the one `seen` any more. */
  spend(seen: RateLimitState, spentUntil: number): Promise<boolean>;
}
