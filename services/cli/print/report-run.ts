import { DEFAULT_LOOK_BACK_DAYS } from '../../../shared/core/choose-dates.ts';
import { byDate } from '../../../shared/core/day.ts';
import { outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import type { Ledger } from '../../operations/ledger.ts';
import type { Target } from './advice.ts';
import { nightTable } from './night-table.ts';
import { runReport } from './run-report.ts';

/**
 * Prints the nights that the run asked for, the last ones of them (of all, where it had nothing to ask for), and what
 * became of it. @param target the stack that the run was one of
 */
export const reportRun = async (run: Run, { sleepTable, days }: Ledger, target: Target): Promise<void> => {
  const asked = Object.values(outcomesOf(run)).flat().sort();
  const nights = await Array.fromAsync(sleepTable.scan({ from: asked[0], to: asked.at(-1) }));
  // As many as a daily run asks for: more would not fit a screen after a long one.
  const last = nights.sort(byDate).slice(-DEFAULT_LOOK_BACK_DAYS);
  if (last.length > 0) process.stdout.write(`\n${nightTable(last)}\n`);
  const entries = await days.get(run.failed);
  process.stdout.write(`\n${runReport(run, entries, target).join('\n')}\n`);
};
