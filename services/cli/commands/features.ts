import { Command } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { TABLE_FORMATS } from '../../insights/export/formats.ts';
import { metadataOf, readTable } from '../../insights/export/read-table.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { skippedNote } from '../print/training.ts';
import { printError } from '../print/write.ts';
import { formatFor, refuseBinary, writeTable } from '../print/write-table.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

interface FeaturesOptions extends StackOptions, DayRange {
  readonly out?: string;
}

export const featuresCommand = (): Command =>
  withStackOptions(
    new Command('features')
      .description(
        'Prints one row per day for models: levels, means, deviations, lags, naps, sleep debt, regularity and training load. Each ' +
          'uses only what was known on the morning of that day, and what ended before the first set of its workout. The columns ' +
          'target_… are the training of the day itself. docs/data.md describes the columns.',
      )
      .addOption(OPTION.format(TABLE_FORMATS, 'csv'))
      .addOption(OPTION.out())
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (options: FeaturesOptions, command: Command) => {
    const { out, from, to } = options;
    const format = formatFor(command);
    checkDateRange({ from, to });
    refuseBinary(format, out);
    const { skipped, ...written } = await withStack({ ...options, inspects: true }, async (stack) => ({
      ...(await readTable(stack, 'features', options)),
      name: 'features',
      metadata: metadataOf(stack),
    }));
    await writeTable(written, format, out);
    if (skipped > 0) printError(skippedNote(skipped));
  });
