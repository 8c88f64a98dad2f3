import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { type InsightsRange, readInsights } from '../../insights/read-insights.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { insightsText } from '../print/insights/insights-text.ts';
import { skippedNote } from '../print/training.ts';
import { printAs, printError } from '../print/write.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface InsightsOptions extends StackOptions, InsightsRange {
  readonly format: string;
}

export const insightsCommand = (): Command =>
  withStackOptions(
    new Command('insights')
      .description(
        'Says how your sleep and your training are related, which nights were rare, and how your sleep has changed, each with ' +
          'its uncertainty. docs/insights.md explains the sentences and the methods.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table'))
      .addOption(OPTION.from())
      .addOption(OPTION.to())
      .addOption(OPTION.asOf()),
  ).action(async (options: InsightsOptions) => {
    const { from, to, asOf } = options;
    checkDateRange({ from, to });
    if (from && asOf && from > asOf) throw new UsageError(`--from ${from} is after --as-of ${asOf}.`);
    const { insights, skipped } = await withStack({ ...options, inspects: true }, (stack) =>
      readInsights(stack, options),
    );
    printAs(options.format, insights, () => insightsText(insights));
    if (skipped > 0) printError(skippedNote(skipped));
  });
