import { z } from 'zod';

// The SDK describes the inputs of a tool to the client from zod schemas. They are strict: an answer that ignored a misspelled
// `from` would look like that of the range.

export const dayInput = (description: string) => z.iso.date().describe(description);

/** A century. Each date of a range is looked at, and an assistant may mean "everything" by the year 9999. */
export const MOST_DATES = 36_500;

export const rangeInput = z.strictObject({
  from: dayInput('first date, YYYY-MM-DD'),
  to: dayInput('last date, included'),
});

/** An answer of more bytes fills the context of an assistant. */
const DEFAULT_LIMIT_KB = 20;
const MOST_LIMIT_KB = 1_000;

export const limitInput = z
  .int()
  .min(DEFAULT_LIMIT_KB)
  .max(MOST_LIMIT_KB)
  .default(DEFAULT_LIMIT_KB)
  .describe('largest answer in kB; only raise it to get what left_out names');
