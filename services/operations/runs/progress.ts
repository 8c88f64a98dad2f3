import type { Outcome } from '../../../shared/core/ledger.ts';

/** Called as the dates of a run or a redrive settle. */
export interface Progress {
  /** The number of dates, which may grow. */
  total(count: number): void;
  /** Called once for each date, with its outcome. */
  settled(date: string, outcome: Outcome | 'not_over'): void;
}
