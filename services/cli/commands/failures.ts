import { Command } from 'commander';
import { readFailures } from '../../operations/status/failures.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { failureTable } from '../print/failure-table.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

export const failuresCommand = (): Command =>
  withStackOptions(
    new Command('failures')
      .description(
        'Lists the dates whose last attempt failed, grouped by cause. A stored night whose re-read failed is among them.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: StackOptions & { format: string }) => {
    const groups = await withStack(options, readFailures);
    process.stdout.write(
      `${options.format === 'json' ? JSON.stringify(groups, null, 2) : failureTable(groups)}\n`,
    );
  });
