import { Command } from 'commander';
import { readFailures, UNREAD } from '../../operations/status/failures.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { failureTable } from '../print/failure-table.ts';
import { printAs } from '../print/write.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

export const failuresCommand = (): Command =>
  withStackOptions(
    new Command('failures')
      .description(
        'Lists the dates whose last attempt failed, grouped by cause. This includes stored nights whose re-read failed, and parked messages without a failed date, such as malformed ones. ' +
          'Exit code 1: another command is reading parked messages, so the list is not complete.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: StackOptions & { format: string }) => {
    const groups = await withStack({ ...options, inspects: true }, readFailures);
    printAs(options.format, groups, () => failureTable(groups, options));
    if (groups.some(({ cause }) => cause === UNREAD)) process.exitCode = EXIT.unsettled;
  });
