import { Command } from 'commander';
import type { Day } from '../../../shared/contract/day.ts';
import type { SleepRecord } from '../../../shared/contract/sleep-record.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLedger } from '../ledger.ts';
import { checkRange, OPTION } from '../options.ts';
import { type StackOptions, withStack } from '../with-stack.ts';

interface ExportOptions extends StackOptions {
  readonly from?: Day;
  readonly to?: Day;
}

export const exportCommand = (): Command =>
  new Command('export')
    .description('Prints the stored nights, oldest first, and nothing else.')
    .addOption(OPTION.format(['json'], 'json'))
    .addOption(OPTION.from())
    .addOption(OPTION.to())
    .addOption(OPTION.dataDir())
    .addOption(OPTION.aws())
    .addOption(OPTION.stack())
    .action(async (options: ExportOptions) => {
      checkRange(options.from, options.to);
      const nights = await withStack(options, (stack) => {
        const { sleepTable } = openLedger(stack, systemClock);
        return Array.fromAsync(sleepTable.scan(options));
      });
      process.stdout.write(`${JSON.stringify(nights.sort(byDate), null, 2)}\n`);
    });

const byDate = (one: SleepRecord, other: SleepRecord): number => one.date.localeCompare(other.date);
