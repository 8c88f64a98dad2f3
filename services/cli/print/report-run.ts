import { byDate } from '../../../shared/core/day.ts';
import { outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import type { Ledger } from '../../operations/ledger.ts';
import type { Target } from './advice.ts';
import { nightTable } from './night-table.ts';
import { runReport } from './run-report.ts';

/** How many nights the table shows at the end of a run: a week and the look-back fit a screen. */
const NIGHTS_SHOWN = 7;

/**
 * Prints the nights that the run asked for, the last ones of them (of all, where it had nothing to ask for), and what
 * became of it. @param target the stack that the run was one of
 */
export const reportRun = async (run: Run, { sleepTable, days }: Ledger, target: Target): Promise<void> => {
  const asked = Object.values(outcomesOf(run)).flat().sort();
  const nights = await Array.fromAsync(sleepTable.scan({ from: asked[0], to: asked.at(-1) }));
  const last = nights.sort(byDate).slice(-NIGHTS_SHOWN);
  if (last.length > 0) process.stdout.write(`\n${nightTable(last)}\n`);
  const entries = await days.get(run.failed);
  process.stdout.write(`\n${runReport(run, entries, target).join('\n')}\n`);
};
