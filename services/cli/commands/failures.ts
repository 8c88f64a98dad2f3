import Table from 'cli-table3';
import { Command } from 'commander';
import { systemClock } from '../../../shared/core/clock.ts';
import { type FailureGroup, groupByCause } from '../../operations/failures.ts';
import { openLedger } from '../../operations/ledger.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

export const failuresCommand = (): Command =>
  withStackOptions(
    new Command('failures')
      .description(
        'Lists the dates whose last attempt failed, grouped by cause. A stored night whose re-read failed is among them.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: StackOptions & { format: string }) => {
    const entries = await withStack(options, (stack) =>
      Array.fromAsync(openLedger(stack, systemClock).days.scan()),
    );
    const groups = groupByCause(entries);
    process.stdout.write(
      `${options.format === 'json' ? JSON.stringify(groups, null, 2) : asTable(groups)}\n`,
    );
  });

/** More dates than this are counted, not listed. */
const DATES_SHOWN = 8;

const asTable = (groups: readonly FailureGroup[]): string => {
  if (groups.length === 0) return 'No failures.';
  const table = new Table({ head: ['cause', 'dates', 'which', 'message'], ...TABLE_STYLE });
  table.push(
    ...groups.map(({ cause, count, dates, message }) => [
      cause,
      String(count),
      dates
        .slice(0, DATES_SHOWN)
        .map(({ date }) => date)
        .join('\n') + (count > DATES_SHOWN ? '\n…' : ''),
      message,
    ]),
  );
  return table.toString();
};
