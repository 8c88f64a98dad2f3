import { AppError, consequencesOf } from '../../shared/core/errors.ts';

/** Exit codes of every command. */
export const EXIT = {
  /** All planned dates settled. */
  settled: 0,
  /** Some dates failed or are unfinished; or something broke that the user did not cause. */
  unsettled: 1,
  /** Wrong usage, or dependencies the user must mend: nothing was begun. */
  usage: 2,
  /** Who read our output went away, as `head` does: 128 and SIGPIPE's 13, as a shell tells of programs which that ends. */
  readerGone: 141,
} as const;

/** What to print on standard error: the sentence of an error of ours, the stack of any other. */
export const explain = (error: unknown): string => {
  if (error instanceof AppError) return error.message;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This should not have happened; please report it.\n${detail}`;
};

export const exitCodeOf = (error: unknown): number =>
  consequencesOf(error).action === 'correct-input' ? EXIT.usage : EXIT.unsettled;
