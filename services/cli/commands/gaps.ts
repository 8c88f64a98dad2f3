import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { gapContext, readGaps } from '../../operations/gaps/read-gaps.ts';
import { currentDatesOf } from '../../operations/stack.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { gapTable } from '../print/gap-table.ts';
import { problemLines } from '../print/problem-lines.ts';
import { printAs } from '../print/write.ts';
import { stateOf } from '../target/situation.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

interface GapsOptions extends StackOptions, DayRange {
  readonly format: string;
}

export const gapsCommand = (): Command =>
  withStackOptions(
    new Command('gaps')
      .description(
        'Lists every date that is over and has no stored night, or one that Oura no longer has: its state, the reason, the evidence, and what happens next. ' +
          'The table combines consecutive dates with the same facts in one line; JSON lists every date. ' +
          'Without a range: from the first to the last known date.',
      )
      .addOption(OPTION.from())
      .addOption(OPTION.to())
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: GapsOptions) => {
    const { rows, context, stored, state } = await withStack(
      { ...options, inspects: true },
      async (stack) => {
        checkDateRange(options, currentDatesOf(stack));
        const state = await stateOf(options, stack);
        const context = await gapContext(stack, state);
        return { ...(await readGaps(stack, options, context)), context, state };
      },
    );
    printAs(options.format, rows, () => {
      // A range does not say what is wrong with the rest.
      const problems = problemLines(state);
      const shown = () => {
        if (rows.length > 0) return gapTable(rows, context);
        if (stored) return 'No gaps: every date that is over has a night.';
        const { start, sync, afterConnect } = state.actions;
        return `No date is known yet. To request the last nights, ${afterConnect(start ?? sync)}. To see how the last run ended, run ${suggest('status', options)}.`;
      };
      return [shown(), ...problems].join('\n');
    });
  });
