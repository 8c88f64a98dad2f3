/** The one source of time. Everything that needs "now" is given it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that shows `epochMs` now and runs on from there: what `--now` pins. */
export const clockFrom = (epochMs: number): Clock => {
  const offset = epochMs - Date.now();
  return { now: () => Date.now() + offset };
};

/** `epochMs` as ISO 8601 in UTC: how instants are stored. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();
