import { Command } from 'commander';
import type { Day } from '../../../shared/contract/day.ts';
import type { SleepRecord } from '../../../shared/contract/sleep-record.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLedger } from '../ledger.ts';
import { checkRange, OPTION } from '../options.ts';
import { withDataFolder } from '../with-data-folder.ts';

interface ExportOptions {
  readonly from?: Day;
  readonly to?: Day;
  readonly dataDir: string;
}

export const exportCommand = (): Command =>
  new Command('export')
    .description('Prints the stored nights, oldest first, and nothing else.')
    .addOption(OPTION.format(['json'], 'json'))
    .addOption(OPTION.from())
    .addOption(OPTION.to())
    .addOption(OPTION.dataDir())
    .action(async ({ from, to, dataDir }: ExportOptions) => {
      checkRange(from, to);
      const nights = await withDataFolder(dataDir, (services) => {
        const { sleepTable } = openLedger(services, systemClock);
        return Array.fromAsync(sleepTable.scan({ from, to }));
      });
      process.stdout.write(`${JSON.stringify(nights.sort(byDate), null, 2)}\n`);
    });

const byDate = (one: SleepRecord, other: SleepRecord): number => one.date.localeCompare(other.date);
