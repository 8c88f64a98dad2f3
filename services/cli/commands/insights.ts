import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { type InsightsRange, readInsights } from '../../insights/read-insights.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { insightsText } from '../print/insights/insights-text.ts';
import { simulatedNote } from '../print/simulated-note.ts';
import { skippedNote } from '../print/training.ts';
import { wrap } from '../print/wrap.ts';
import { printAs, printError } from '../print/write.ts';
import { hasSimulatedNights } from '../target/ring-of-folder.ts';
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
    const { insights, skipped, origin } = await withStack({ ...options, inspects: true }, (stack) =>
      readInsights(stack, options),
    );
    const simulatedNights = hasSimulatedNights(options);
    const simulated = { nights: simulatedNights, training: origin === 'simulated' };
    printAs(options.format, { ...insights, simulated }, () =>
      [
        ...simulatedNote({ simulatedNights, training: origin }).map((note) => wrap(note)),
        insightsText(insights),
      ].join('\n\n'),
    );
    if (skipped > 0) printError(skippedNote(skipped));
  });
