/** Exit codes of every command. */
export const EXIT = {
  /** All planned dates settled. */
  settled: 0,
  /** Some dates failed or are unfinished; or something broke that the user did not cause. */
  unsettled: 1,
  /** Wrong usage, or surroundings the user must mend: nothing was begun. */
  usage: 2,
  /** Who read our output went away, as `head` does: 128 and SIGPIPE's 13, as a shell tells of programs which that ends. */
  readerGone: 141,
} as const;

/** Errors that tell the user what to change: their sentence is enough. */
const USERS_TO_MEND = new Set([
  'UsageError',
  'OutputMissing',
  'SeveralLifters',
  'SettingsInvalid',
  'DataFolderInUse',
  'DataFolderBroken',
  'PortInUse',
  'PagePortInUse',
  'MoveUnderWay',
]);

const isUsersToMend = (error: unknown): error is Error =>
  error instanceof Error && USERS_TO_MEND.has(error.name);

/** Our own classes say whether they are worth another try: their sentence tells what happened. */
const isOurs = (error: unknown): error is Error => error instanceof Error && 'retryable' in error;

/** What to print on standard error: one sentence for what somebody foresaw, the stack for what nobody did. */
export const explain = (error: unknown): string => {
  if (isUsersToMend(error) || isOurs(error)) return error.message;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This should not have happened; please report it.\n${detail}`;
};

export const exitCodeOf = (error: unknown): number => (isUsersToMend(error) ? EXIT.usage : EXIT.unsettled);
