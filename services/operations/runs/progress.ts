import type { Outcome } from '../../../shared/core/ledger.ts';

/** Follows the dates of a run or a redrive as they settle. */
export interface Progress {
  /** How many dates there are; may grow. */
  total(count: number): void;
  /** Called once for each date, with its outcome. */
  settled(date: string, outcome: Outcome): void;
}
