import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { gapContext, gapsOf } from '../../operations/gaps/read-gaps.ts';
import { currentDatesOf } from '../../operations/stack.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { gapsText } from '../print/gaps-text.ts';
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
          'Without a range: from the first known date to yesterday.',
      )
      .addOption(OPTION.from())
      .addOption(OPTION.to())
      .addOption(OPTION.format(['table', 'json'], 'table')),
  ).action(async (options: GapsOptions) => {
    const found = await withStack({ ...options, inspects: true }, async (stack) => {
      checkDateRange(options, currentDatesOf(stack));
      const state = await stateOf(options, stack);
      const context = await gapContext(stack, state);
      return { ...gapsOf(state, options, context), context, state };
    });
    printAs(options.format, found.rows, () => gapsText(found, options));
  });
