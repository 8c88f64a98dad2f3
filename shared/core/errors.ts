/** What the user must do before another attempt can succeed. */
type Action =
  /** Reconnect: only a new connection helps. */
  | 'reconnect'
  /** Restore Oura's permission: the credentials, a scope or the membership. */
  | 'restore-access'
  /** Fix the command, the settings or the machine. */
  | 'correct-input';

/** The consequences of an error. Code decides by these, never by the name or the class of an error. */
export interface Consequences {
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  /** Whether every other date of the batch would fail in the same way, so that no other date is requested. */
  readonly endsBatch: boolean;
  /** Null if the user need not act. */
  readonly action: Action | null;
}

/** Another attempt may succeed. */
export const TRANSIENT: Consequences = { retryable: true, endsBatch: false, action: null };
/** Every attempt fails in the same way. */
export const PERMANENT: Consequences = { retryable: false, endsBatch: false, action: null };
/** The user fixes the command, the settings or the machine, then tries again. */
export const INCORRECT: Consequences = { retryable: false, endsBatch: false, action: 'correct-input' };

/**
 * The base class of our errors. Messages contain no health value and no token, because they are logged and stored.
 * An error that can be stored with a run or a date takes its consequences from the registry (causes.ts).
 */
export abstract class AppError extends Error {
  abstract override readonly name: string;
  abstract readonly consequences: Consequences;
  /** How long to wait before another attempt, in ms. */
  readonly waitMs: number = 0;
}

/** Returns the thrown value as an Error, because JavaScript can throw any value. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** The consequences of `error`. An error that is not ours is transient, so that a bug does not give up a date. */
export const consequencesOf = (error: unknown): Consequences =>
  error instanceof AppError ? error.consequences : TRANSIENT;

/** How long to wait after `error`, in ms. */
export const waitMsOf = (error: unknown): number => (error instanceof AppError ? error.waitMs : 0);

/** Whether Oura rejects every request until the user acts. */
export const isLockedOut = ({ action }: Consequences): boolean =>
  action === 'reconnect' || action === 'restore-access';

/** The parts of an error that may be logged or stored: its class and message, never its data or its cause's text. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** Longer messages are cut, because an SQS attribute and a ledger item have limited space. */
const LONGEST_MESSAGE = 300;

/** Errors whose messages contain names and states but no data that was sent: ours, AWS's, and the system's. */
export const isSafeToShow = (error: Error): boolean =>
  error instanceof AppError || '$metadata' in error || ('code' in error && 'syscall' in error);

/** The innermost frame of the stack, e.g. `marshall (index.js:210)`. It shows the place and repeats no value. */
const placeOf = ({ stack = '' }: Error): string =>
  stack.match(/^\s+at (?:.*[/(])?(.+?)\)?$/m)?.[1] ?? 'an unknown place';

/**
 * Describes an error for people. The message of an unexpected error may repeat the value that caused it ("Number
 * 1e+300 is greater than ..."), so the place of the error replaces it.
 */
export const describeError = (error: unknown): ErrorDescription => {
  const { retryable } = consequencesOf(error);
  if (!(error instanceof Error)) return { name: 'UnknownError', message: 'not an Error', retryable };
  const message = isSafeToShow(error) ? error.message : `unexpected error, at ${placeOf(error)}`;
  return { name: error.name, message: message.slice(0, LONGEST_MESSAGE), retryable };
};
