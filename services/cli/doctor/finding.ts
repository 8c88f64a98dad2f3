import type { UsageError } from '../usage-error.ts';

/** The result of one check. */
export interface Finding {
  /** The subject, such as `data folder`. */
  readonly check: string;
  /** `problem`: it stops nights from syncing, now or at the next run. `warning`: it may be intended. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** At most one sentence. Never a token, never a health value. */
  readonly finding: string;
  /** What to do about it; null for `ok`. */
  readonly advice: string | null;
}

export const ok = (check: string, finding: string): Finding => ({
  check,
  state: 'ok',
  finding,
  advice: null,
});

const findingOf =
  (state: 'warning' | 'problem') =>
  (check: string, finding: string, advice: string): Finding => ({ check, state, finding, advice });

export const warning = findingOf('warning');
export const problem = findingOf('problem');

/** A problem that would end a command with this error, whose message is `fact: remedy.` */
export const refusal = (check: string, { message }: UsageError): Finding => {
  const [fact = '', ...remedy] = message.split(': ');
  return problem(check, fact, remedy.join(': ').replace(/\.$/, ''));
};

/** Removes the `ok` of a connection if the ledger knows that a reconnect is needed, so that one row describes it. */
export const oneConnection = (findings: readonly Finding[]): Finding[] => {
  const isBroken = findings.some(({ check, state }) => check === 'connection' && state === 'problem');
  return findings.filter(({ check, state }) => !(isBroken && check === 'connection' && state === 'ok'));
};
