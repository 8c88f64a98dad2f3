/** What may be said of an error in a log, the ledger or a message attribute: its class and its sentence, never its data or its cause's text. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** Sentences longer than this are cut: an SQS attribute and a ledger item are no place for a dump. */
const LONGEST_MESSAGE = 300;

/**
 * Describes an error for people. Our own classes write their messages so that they carry no health value and no
 * token; a foreign error (AWS SDK, a bug) is named, and is retryable unless it says otherwise: a date is not given
 * up because of something nobody foresaw.
 */
export const describeError = (error: unknown): ErrorDescription => {
  if (!(error instanceof Error)) return { name: 'UnknownError', message: 'not an Error', retryable: true };
  const retryable = 'retryable' in error && typeof error.retryable === 'boolean' ? error.retryable : true;
  return { name: error.name, message: error.message.slice(0, LONGEST_MESSAGE), retryable };
};
