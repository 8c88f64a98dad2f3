/** The page asked for something that cannot be done as asked. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly retryable = false;
}

/** Nothing consumes here, so a run or a redrive would only wait. */
export class ReadOnly extends Error {
  override readonly name = 'ReadOnly';
  readonly retryable = false;
}
