/** The user asked for something that cannot be done as asked: one clear sentence, exit 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
