/** The parsed repetitions of a set. */
export interface Repetitions {
  /** The leading number; null if there is none (`AMRAP`). */
  readonly count: number | null;
  /** Whether the real number can be higher: `16 or above`, `8+`. */
  readonly orMore: boolean;
}

/**
 * Parses repetitions as GainsIQ writes them: `8`, `5 or below`, `16 or above`. For a range (`8-10`) the lower end counts,
 * because it was certainly reached. For `5 or below` the 5 counts, as in GainsIQ's own analyses.
 */
export const repetitionsOf = (text: string): Repetitions => {
  const [, digits, rest = ''] = /^\s*(\d{1,4})(?!\d)(.*)$/.exec(text) ?? [];
  if (digits === undefined) return { count: null, orMore: false };
  return { count: Number(digits), orMore: /^\s*(\+|or (above|more))/i.test(rest) };
};
