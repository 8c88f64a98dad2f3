/** What a person must do before another attempt can succeed. */
type Action =
  /** Connect again: only a new connection helps. */
  | 'reconnect'
  /** Restore Oura's permission: the credentials, a scope or the membership. */
  | 'restore-access'
  /** Correct the command, the settings or the machine. */
  | 'correct-input';

/** What an error means for what comes next. Code decides by this, never by the name or the class of an error. */
export interface Consequences {
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  /** Whether every other date of the batch would meet the same answer: then no other is asked for. */
  readonly endsBatch: boolean;
  /** Null where no person need act. */
  readonly action: Action | null;
}

/** Another attempt may succeed. */
export const TRANSIENT: Consequences = { retryable: true, endsBatch: false, action: null };
/** Every attempt ends alike. */
export const PERMANENT: Consequences = { retryable: false, endsBatch: false, action: null };
/** The user corrects the command, the settings or the machine, then tries again. */
export const INCORRECT: Consequences = { retryable: false, endsBatch: false, action: 'correct-input' };

/**
 * The base of every error class of ours. Messages carry no health value and no token: they are logged and stored.
 * An error that a run or a date can be stored with takes its consequences from the registry (causes.ts).
 */
export abstract class AppError extends Error {
  abstract override readonly name: string;
  abstract readonly consequences: Consequences;
  /** How long to wait before another attempt, in ms. */
  readonly waitMs: number = 0;
}

/** What was thrown, as an Error: JavaScript lets anything be thrown. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** What `error` means. An error that is not ours is transient: no date is given up because of a bug. */
export const consequencesOf = (error: unknown): Consequences =>
  error instanceof AppError ? error.consequences : TRANSIENT;

/** How long `error` asks to wait, in ms. */
export const waitMsOf = (error: unknown): number => (error instanceof AppError ? error.waitMs : 0);

/** Whether Oura lets no request in until a person acts. */
export const isLockedOut = ({ action }: Consequences): boolean =>
  action === 'reconnect' || action === 'restore-access';

/** What a log, the ledger or a message attribute may say of an error: its class and its sentence, never its data or its cause's text. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** Longer sentences are cut: an SQS attribute and a ledger item have no room for a dump. */
const LONGEST_MESSAGE = 300;

/** Errors whose messages hold names and states, not what was sent: ours, AWS's, and the system's. */
const isSafeToShow = (error: Error): boolean =>
  error instanceof AppError || '$metadata' in error || ('code' in error && 'syscall' in error);

/** The innermost frame of the stack, e.g. `marshall (index.js:210)`: it says where, and repeats no value. */
const placeOf = ({ stack = '' }: Error): string =>
  stack.match(/^\s+at (?:.*[/(])?(.+?)\)?$/m)?.[1] ?? 'an unknown place';

/**
 * Describes an error for people. An unexpected error may repeat the value that caused it ("Number 1e+300 is greater
 * than ..."), so its message is replaced by its place.
 */
export const describeError = (error: unknown): ErrorDescription => {
  const { retryable } = consequencesOf(error);
  if (!(error instanceof Error)) return { name: 'UnknownError', message: 'not an Error', retryable };
  const message = isSafeToShow(error) ? error.message : `unexpected error, at ${placeOf(error)}`;
  return { name: error.name, message: message.slice(0, LONGEST_MESSAGE), retryable };
};
