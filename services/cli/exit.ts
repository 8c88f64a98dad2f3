import { AppError, consequencesOf } from '../../shared/core/errors.ts';

/** Exit codes of every command. */
export const EXIT = {
  /** All planned dates settled. */
  settled: 0,
  /** Some dates failed or are unfinished, or an error occurred that the user did not cause. */
  unsettled: 1,
  /** Wrong usage, or something that the user must fix first: nothing was started. */
  usage: 2,
  /** The reader of our output is gone, as with `| head`: 128 and SIGPIPE's 13, as a shell reports it. */
  readerGone: 141,
} as const;

/** Whether a service is at fault, such as AWS, or the local DynamoDB on a full disk: its message names the file. */
export const isOfService = (error: unknown): error is Error =>
  error instanceof Error && '$fault' in error && error.$fault === 'server';

/** Returns the text for standard error: one sentence for an expected error, the stack trace for any other. */
export const explain = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  if (isOfService(error)) return `${error.name}: ${error.message}`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Unexpected error. Please report it:\n${detail}`;
};

export const exitCodeOf = (error: unknown): number =>
  consequencesOf(error).action === 'correct-input' ? EXIT.usage : EXIT.unsettled;
