/** The only source of time. All code that needs "now" receives a clock. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that starts at `epochMs` and runs on from there, for `--now`. */
export const clockFrom = (epochMs: number): Clock => {
  const offset = epochMs - Date.now();
  return { now: () => Date.now() + offset };
};

/** Formats `epochMs` as ISO 8601 in UTC, the stored form of instants. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/**
 * Workers that ask at the same time store their responses within minutes. What is so much later than a response was stored by a
 * clock that was ahead, and does not keep the response out until that date.
 */
export const AHEAD_MS = 86_400_000;
