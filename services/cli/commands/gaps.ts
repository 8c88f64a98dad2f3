import Table from 'cli-table3';
import { Command } from 'commander';
import type { DayRange } from '../../../shared/contract/day.ts';
import { OUTPUT } from '../../../shared/contract/names.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { findGaps, type GapRow } from '../../analytics/gaps.ts';
import { openLedger, outputOf } from '../../analytics/ledger.ts';
import { EXIT } from '../exit.ts';
import { checkRange, OPTION, withStackOptions } from '../options.ts';
import { gapActions } from '../print/advice.ts';
import { reasonCounts } from '../print/reason-counts.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import { type StackOptions, withStack } from '../with-stack.ts';

interface GapsOptions extends StackOptions, DayRange {
  readonly format: string;
}

export const gapsCommand = (): Command =>
  withStackOptions(
    new Command('gaps')
      .description(
        'Lists every date without a stored night: its state, the reason, what that rests on, and what happens next. ' +
          'Without a range: from the first to the last date that anything is known of.',
      )
      .addOption(OPTION.from())
      .addOption(OPTION.to())
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: GapsOptions) => {
    checkRange(options.from, options.to);
    const rows = await withStack(options, async (stack) => {
      const { sleepTable, days } = openLedger(stack, systemClock);
      const [stored, entries] = await Promise.all([
        Array.fromAsync(sleepTable.dates()),
        Array.fromAsync(days.scan(), (entry) => [entry.date, entry] as const),
      ]);
      // The settings that the stack runs with, which need not be those of this folder's cdk.json.
      const context = {
        timeZone: outputOf(stack, OUTPUT.timeZone),
        lookBackDays: Number(outputOf(stack, OUTPUT.lookBackDays)),
        actions: gapActions(options),
      };
      return findGaps(new Set(stored), new Map(entries), options, context);
    });
    process.stdout.write(`${options.format === 'json' ? JSON.stringify(rows, null, 2) : asTable(rows)}\n`);
    process.exitCode = EXIT.settled;
  });

const asTable = (rows: readonly GapRow[]): string => {
  if (rows.length === 0) return 'No gaps: every date has its night.';
  const table = new Table({ head: ['date', 'state', 'reason', 'evidence', 'next'], ...TABLE_STYLE });
  table.push(
    ...rows.map(({ date, state, reason, cause, evidence, next }) => [
      date,
      state,
      cause ?? reason,
      evidence ?? '–',
      next,
    ]),
  );
  const dates = `${rows.length} date${rows.length === 1 ? '' : 's'} without a night`;
  return `${table}\n${dates}: ${reasonCounts(rows.map(({ reason }) => reason))}.`;
};
