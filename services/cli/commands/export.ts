import { Command, Option } from 'commander';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { FOLLOWED_FORMATS, type FollowedFormat } from '../../insights/export/followed-files.ts';
import { TABLE_FORMATS, type TableFormat } from '../../insights/export/formats.ts';
import {
  EXPORTED,
  type Exported,
  metadataOf,
  readAllTables,
  readNights,
  readTable,
} from '../../insights/export/read-table.ts';
import { sqliteOf } from '../../insights/export/sqlite.ts';
import { rowsOf } from '../../insights/export/table.ts';
import type { Stack } from '../../operations/stack.ts';
import { followIntoFolder } from '../follow/export-folder.ts';
import { OPTION, withStackOptions } from '../options.ts';
import { skippedNote } from '../print/training.ts';
import { printError } from '../print/write.ts';
import { formatFor, refuseBinary, writePieces, writeTable } from '../print/write-table.ts';
import { type StackOptions, withStack } from '../target/with-stack.ts';
import { UsageError } from '../usage-error.ts';

interface ExportOptions extends StackOptions, DayRange {
  readonly what?: Exported;
  readonly out?: string;
  readonly follow?: string;
}

export const exportCommand = (): Command =>
  withStackOptions(
    new Command('export')
      .description(
        'Prints the stored nights, oldest first: as JSON with every stored field, or as a table (csv, jsonl, parquet). ' +
          'With --what: the sleep periods, their overnight series, the workouts, or the features for models. ' +
          'A SQLite file has all of them, and so has a folder that --follow keeps up to date.',
      )
      .addOption(
        new Option(
          '--what <table>',
          'what to export (default: nights; with sqlite or --follow, every table)',
        ).choices(EXPORTED),
      )
      .addOption(OPTION.format(TABLE_FORMATS, 'json'))
      .addOption(OPTION.out())
      .addOption(OPTION.follow().conflicts('out'))
      .addOption(OPTION.from())
      .addOption(OPTION.to()),
  ).action(async (options: ExportOptions, command: Command) => {
    const { out, follow, from, to } = options;
    const format = formatFor(command);
    checkDateRange({ from, to });
    if (follow !== undefined) {
      await followIntoFolder({ ...options, follow }, followedFormat(format));
      return;
    }
    refuseBinary(format, out);
    const skipped = await write(options, format);
    if (skipped > 0) printError(skippedNote(skipped));
  });

const followedFormat = (format: TableFormat): FollowedFormat => {
  const followed = FOLLOWED_FORMATS.find((each) => each === format);
  if (followed === undefined) throw new UsageError('--follow needs --format parquet or --format sqlite.');
  return followed;
};

/** Returns how many items of the workouts table it has skipped. */
const write = async (options: ExportOptions, format: TableFormat): Promise<number> => {
  const { what, out } = options;
  const read = <Result extends object>(from: (stack: Stack) => Promise<Result>) =>
    withStack({ ...options, inspects: true }, async (stack) => ({
      ...(await from(stack)),
      metadata: metadataOf(stack),
    }));
  if (what === undefined && format === 'sqlite') {
    const { tables, skipped, metadata } = await read((stack) => readAllTables(stack, options));
    await writePieces([sqliteOf(tables, metadata)], rowsOf(tables), out);
    return skipped;
  }
  const name = what ?? 'nights';
  if (name === 'nights' && format === 'json') {
    const { nights } = await read(async (stack) => ({ nights: await readNights(stack, options) }));
    await writePieces([`${JSON.stringify(nights, null, 2)}\n`], nights.length, out);
    return 0;
  }
  const { skipped, ...written } = await read((stack) => readTable(stack, name, options));
  await writeTable({ name, ...written }, format, out);
  return skipped;
};
