/** What the text of a set's repetitions says. */
export interface Repetitions {
  /** The number that it begins with; null where it begins with none (`AMRAP`). */
  readonly count: number | null;
  /** Whether there may have been more: `16 or above`, `8+`. */
  readonly orMore: boolean;
}

/**
 * Reads the repetitions of a set as GainsIQ writes them: `8`, `5 or below`, `16 or above`. Of a range (`8-10`) the lower
 * end counts, which was certainly done. Of `5 or below` the 5 counts, as in GainsIQ's own analyses.
 */
export const repetitionsOf = (text: string): Repetitions => {
  const [, digits, rest = ''] = /^\s*(\d{1,4})(.*)$/.exec(text) ?? [];
  if (digits === undefined) return { count: null, orMore: false };
  return { count: Number(digits), orMore: /^\s*(\+|or (above|more))/i.test(rest) };
};
