import { AppError, consequencesOf } from '../../shared/core/errors.ts';
import { isOfTheMachine, refusalSentence } from '../../shared/core/system-reason.ts';

/** Exit codes of every command. */
export const EXIT = {
  /** All planned dates settled. */
  settled: 0,
  /** Some dates failed or are unfinished, or an error occurred that the user did not cause. */
  unsettled: 1,
  /** Wrong usage, or something that the user must fix first: nothing was started. */
  usage: 2,
  /** Nothing was decided, because Oura cannot be reached. Only `contract` returns it. */
  undecided: 3,
  /** The reader of our output is gone, as with `| head`: 128 and SIGPIPE's 13, as a shell reports it. */
  readerGone: 141,
} as const;

/** Whether a service is at fault, such as AWS, or the local DynamoDB on a full disk: its message names the file. */
export const isOfService = (error: unknown): error is Error =>
  error instanceof Error && '$fault' in error && error.$fault === 'server';

/** The error that came first, if closing what was open failed too. */
const firstOf = (error: unknown): unknown =>
  error instanceof SuppressedError ? firstOf(error.suppressed) : error;

/** Ends a message, which may end with the words of another program, as a sentence. */
export const asSentence = (message: string): string => (/[.!?]\)?$/.test(message) ? message : `${message}.`);

/** Returns the text for standard error: one sentence for an expected error, the stack trace for any other. */
export const explain = (thrown: unknown): string => {
  const error = firstOf(thrown);
  if (isOfTheMachine(error)) return asSentence(refusalSentence(error));
  if (error instanceof AppError) return asSentence(error.message);
  if (isOfService(error)) return asSentence(`${error.name}: ${error.message}`);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Unexpected error. Please report it:\n${detail}`;
};

/** Whether the user must act on the machine: the error of the system, or that of a local service, which has its sentence. */
const isRefused = (error: unknown): boolean =>
  isOfTheMachine(error) || (isOfService(error) && / cannot be used: |disk is full/.test(error.message));

export const exitCodeOf = (thrown: unknown): number => {
  const error = firstOf(thrown);
  return isRefused(error) || consequencesOf(error).action === 'correct-input' ? EXIT.usage : EXIT.unsettled;
};
