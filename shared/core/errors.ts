/** What was thrown, as an Error: JavaScript lets anything be thrown. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** What may be said of an error in a log, the ledger or a message attribute: its class and its sentence, never its data or its cause's text. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** Sentences longer than this are cut: an SQS attribute and a ledger item are no place for a dump. */
const LONGEST_MESSAGE = 300;

/** Errors whose sentences are known to tell names and states, not what was sent: ours, AWS's, and the system's. */
const isSpeakable = (error: Error): boolean =>
  'retryable' in error || '$metadata' in error || ('code' in error && 'syscall' in error);

/** The innermost frame of the stack, e.g. `marshall (index.js:210)`: it says where, and repeats no value. */
const placeOf = ({ stack = '' }: Error): string =>
  stack.match(/^\s+at (?:.*[/(])?(.+?)\)?$/m)?.[1] ?? 'an unknown place';

/**
 * Describes an error for people. Our own classes write their messages so that they carry no health value and no
 * token. An error that nobody foresaw may repeat the value it stumbled over ("Number 1e+300 is greater than ..."), so
 * it is told by its class and place. It is retryable unless it says otherwise: a date is not given up because of a bug.
 */
export const describeError = (error: unknown): ErrorDescription => {
  if (!(error instanceof Error)) return { name: 'UnknownError', message: 'not an Error', retryable: true };
  const retryable = 'retryable' in error && typeof error.retryable === 'boolean' ? error.retryable : true;
  const message = isSpeakable(error) ? error.message : `unforeseen, at ${placeOf(error)}`;
  return { name: error.name, message: message.slice(0, LONGEST_MESSAGE), retryable };
};
