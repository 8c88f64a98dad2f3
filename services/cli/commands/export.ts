import { Command, Option } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { TABLE_FORMATS } from '../../insights/export/formats.ts';
import {
  EXPORTED,
  type Exported,
  metadataOf,
  readNights,
  readTable,
} from '../../insights/export/read-table.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { skippedNote } from '../print/training.ts';
import { printError } from '../print/write.ts';
import { formatFor, refuseBinary, writePieces, writeTable } from '../print/write-table.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';

interface ExportOptions extends StackOptions, DayRange {
  readonly what: Exported;
  readonly out?: string;
}

export const exportCommand = (): Command =>
  withStackOptions(
    new Command('export')
      .description(
        'Prints the stored nights, oldest first: as JSON with every stored field, or as a table (csv, parquet). ' +
          'With --what: the sleep periods, their overnight series, the workouts, or the features for models.',
      )
      .addOption(new Option('--what <table>', 'what to export').choices(EXPORTED).default('nights'))
      .addOption(OPTION.format(TABLE_FORMATS, 'json'))
      .addOption(OPTION.out())
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (options: ExportOptions, command: Command) => {
    const { what, out, from, to } = options;
    const format = formatFor(command);
    checkDateRange({ from, to });
    refuseBinary(format, out);
    if (what === 'nights' && format === 'json') {
      const nights = await withStack({ ...options, inspects: true }, (stack) => readNights(stack, options));
      await writePieces([`${JSON.stringify(nights, null, 2)}\n`], nights.length, out);
      return;
    }
    const { skipped, ...written } = await withStack({ ...options, inspects: true }, async (stack) => ({
      ...(await readTable(stack, what, options)),
      metadata: metadataOf(stack),
    }));
    await writeTable(written, format, out);
    if (skipped > 0) printError(skippedNote(skipped));
  });
