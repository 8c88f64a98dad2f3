/** Nothing was connected, and no retry would mend it: one sentence that says what to do. Never holds a secret, nor a cause that might. */
export class ConnectFailed extends Error {
  override readonly name = 'ConnectFailed' as const;
  readonly retryable = false;
}
