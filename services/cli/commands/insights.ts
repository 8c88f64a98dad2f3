import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { type InsightsRange, readInsights } from '../../insights/read-insights.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { insightTables } from '../print/insight-tables.ts';
import { skippedNote } from '../print/training.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface InsightsOptions extends StackOptions, InsightsRange {
  readonly format: string;
}

export const insightsCommand = (): Command =>
  withStackOptions(
    new Command('insights')
      .description(
        'Tells how sleep has moved, which nights were out of the usual, and what of it goes with the training, each with ' +
          'how sure that is. How the numbers are made: docs/insights.md.',
      )
      .addOption(OPTION.format(['table', 'json'], 'table'))
      .addOption(OPTION.from())
      .addOption(OPTION.to())
      .addOption(OPTION.asOf()),
  ).action(async (options: InsightsOptions) => {
    const { from, to, asOf } = options;
    checkDateRange({ from, to });
    if (from && asOf && from > asOf) throw new UsageError(`--from ${from} lies after --as-of ${asOf}.`);
    const { insights, skipped } = await withStack(options, (stack) => readInsights(stack, options));
    process.stdout.write(
      `${options.format === 'json' ? JSON.stringify(insights, null, 2) : insightTables(insights)}\n`,
    );
    process.stderr.write(skippedNote(skipped));
  });
