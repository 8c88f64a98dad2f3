/** The state of the refreshes. A refresh token is represented by its fingerprint (oauth-grant.ts), null if there is none. */
export interface RefreshState {
  /** Epoch ms until which a process holds the lease; 0 if none does. */
  readonly heldUntil: number;
  /** The refresh token that is being sent, or was sent without a known outcome. */
  readonly spending: string | null;
  /** How often `spending` was sent without a response. */
  readonly unanswered: number;
  /** The refresh token that another one has replaced. */
  readonly replaced: string | null;
  /** The refresh token that Oura has rejected permanently. */
  readonly rejected: string | null;
  /** When Oura rejected it, ISO 8601; null if it has not. */
  readonly rejectedAt: string | null;
  /** The refresh token of an early refresh, made because Oura rejected the access token. */
  readonly forced: string | null;
  /** Epoch ms before which no request may be sent to the token endpoint. */
  readonly notBefore: number;
}

/**
 * A lease that this process holds. Its writes are conditional on the fence number, which grows each time the lease is
 * acquired. They do nothing after another process has acquired it.
 */
export interface HeldLease {
  /** The state when the lease was acquired. */
  readonly state: RefreshState;
  /**
   * Called when the connection to the token URL is made, before a refresh token is sent. Records it as sent without a response, which is true after a crash. Returns false
   * if the lease is lost.
   */
  spend(refreshToken: string, unanswered: number): Promise<boolean>;
  /** Records a response that neither brought a pair nor rejected one. The lease expires by itself. */
  failed(unanswered: number): Promise<void>;
  /** Records that the server did not process the request, and releases the lease. */
  refused(unanswered: number, notBefore: number): Promise<void>;
  /** Records that the pair of `to` is stored in place of `from`, and releases the lease. Equal if Oura kept the refresh token. */
  replaced(pair: { from: string; to: string; forced: boolean }): Promise<void>;
  /** Records that Oura rejects `refreshToken` permanently, and releases the lease. */
  rejected(refreshToken: string): Promise<void>;
  release(): Promise<void>;
}

/** Which process may refresh the access token, and the outcome of the last attempts. */
export interface TokenRefreshLease {
  state(): Promise<RefreshState>;
  /** Acquires the lease for `ms`. Returns undefined if another process holds it. */
  acquire(ms: number): Promise<HeldLease | undefined>;
}
