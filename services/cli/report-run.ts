import { randomBytes } from 'node:crypto';
import type { Run } from '../../shared/contract/ledger.ts';
import { type Clock, iso } from '../../shared/runtime/clock.ts';
import type { Ledger } from './ledger.ts';
import { nightTable } from './print/night-table.ts';
import { runReport } from './print/run-report.ts';

/** How many nights the table shows at the end of a run: a week and the look-back fit a screen. */
const NIGHTS_SHOWN = 7;

/** A name for a run that somebody starts by hand: when, and which of those that began at the same moment. */
export const manualRunName = (clock: Clock): string =>
  `manual-${iso(clock.now()).replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;

/** Prints the last nights and what became of the run. @param aws whether the run was one of the deployed stack */
export const reportRun = async (run: Run, { sleepTable, days }: Ledger, aws: boolean): Promise<void> => {
  const nights = await Array.fromAsync(sleepTable.scan());
  const last = nights.sort((one, other) => one.date.localeCompare(other.date)).slice(-NIGHTS_SHOWN);
  if (last.length > 0) process.stdout.write(`\n${nightTable(last)}\n`);
  const entries = await days.get(run.failed);
  process.stdout.write(`\n${runReport(run, entries, aws).join('\n')}\n`);
};
