import Table from 'cli-table3';
import { Command } from 'commander';
import type { Day } from '../../../shared/contract/day.ts';
import type { DayEntry } from '../../../shared/contract/ledger.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLedger } from '../ledger.ts';
import { OPTION } from '../options.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import { withStack } from '../with-stack.ts';

/** The dates that failed for one cause. */
export interface FailureGroup {
  /** Class of the error. */
  readonly cause: string;
  /** Its sentence on the latest date. */
  readonly message: string;
  readonly count: number;
  readonly dates: readonly {
    readonly date: Day;
    readonly state: string;
    readonly attempts: number;
    readonly at: string;
  }[];
}

export const failuresCommand = (): Command =>
  new Command('failures')
    .description(
      'Lists the dates whose last attempt failed, grouped by cause. A stored night whose re-read failed is among them.',
    )
    .addOption(OPTION.format(['table', 'json'], 'table'))
    .addOption(OPTION.dataDir())
    .addOption(OPTION.aws())
    .addOption(OPTION.stack())
    .action(async (options: { format: string; dataDir: string; aws?: boolean; stack?: string }) => {
      const entries = await withStack(options, (stack) =>
        Array.fromAsync(openLedger(stack, systemClock).days.scan()),
      );
      const groups = groupByCause(entries);
      process.stdout.write(
        `${options.format === 'json' ? JSON.stringify(groups, null, 2) : asTable(groups)}\n`,
      );
    });

/** Groups the failed dates by the class of their last error, the largest group first. */
export const groupByCause = (entries: readonly DayEntry[]): FailureGroup[] => {
  const failed = entries
    .flatMap((entry) => (entry.last_error ? [{ ...entry, last_error: entry.last_error }] : []))
    .sort((one, other) => one.date.localeCompare(other.date));
  const groups = Map.groupBy(failed, ({ last_error }) => last_error.name);
  return [...groups]
    .map(([cause, group]) => ({
      cause,
      message: group.at(-1)?.last_error.message ?? '',
      count: group.length,
      dates: group.map(({ date, state, attempts, last_error }) => ({
        date,
        state,
        attempts,
        at: last_error.at,
      })),
    }))
    .sort((one, other) => other.count - one.count);
};

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
