/** What one check found. */
export interface Finding {
  /** What was checked, e.g. `data folder`. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** One sentence or less. Never a token, never a health value. */
  readonly finding: string;
  /** What to do about it; null where nothing need be done. */
  readonly advice: string | null;
}

export const ok = (check: string, finding: string): Finding => ({
  check,
  state: 'ok',
  finding,
  advice: null,
});

/** Something that may be as it should be. */
export const warning = (check: string, finding: string, advice: string): Finding => ({
  check,
  state: 'warning',
  finding,
  advice,
});

/** Something that keeps nights from being synced, now or at the next run. */
export const problem = (check: string, finding: string, advice: string): Finding => ({
  check,
  state: 'problem',
  finding,
  advice,
});

/**
 * `findings` without what a connection says of itself, where the ledger knows that it is worth nothing: one row then tells
 * of it.
 */
export const oneConnection = (findings: readonly Finding[]): Finding[] => {
  const isBroken = findings.some(({ check, state }) => check === 'connection' && state === 'problem');
  return findings.filter(({ check, state }) => !(isBroken && check === 'connection' && state === 'ok'));
};
