import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { gapContext, readGaps } from '../../operations/gaps/read-gaps.ts';
import { todayOf } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { gapActions, suggest } from '../print/advice.ts';
import { gapTable } from '../print/gap-table.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

interface GapsOptions extends StackOptions, DayRange {
  readonly format: string;
}

export const gapsCommand = (): Command =>
  withStackOptions(
    new Command('gaps')
      .description(
        'Lists every date without a stored night: its state, the reason, what that rests on, and what happens next. ' +
          'Dates in a row of which the same is known are one line of the table, and each by itself in JSON. ' +
          'Without a range: from the first to the last date that anything is known of.',
      )
      .addOption(OPTION.from())
      .addOption(OPTION.to())
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: GapsOptions) => {
    const { rows, context, stored } = await withStack(options, async (stack) => {
      checkDateRange(options, { today: todayOf(stack) });
      const context = gapContext(stack, gapActions(options));
      return { ...(await readGaps(stack, options, context)), context };
    });
    const text =
      options.format === 'json'
        ? JSON.stringify(rows, null, 2)
        : rows.length > 0
          ? gapTable(rows, context)
          : stored
            ? 'No gaps: every date has its night.'
            : `Nothing is known of any date yet: ${suggest('start', options)} asks for the last nights, ${suggest('status', options)} tells how runs ended.`;
    process.stdout.write(`${text}\n`);
    process.exitCode = EXIT.settled;
  });
