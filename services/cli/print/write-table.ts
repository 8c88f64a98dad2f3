import { once } from 'node:events';
import type { Command } from 'commander';
import { systemCode, systemReason } from '../../../shared/core/system-reason.ts';
import { plural } from '../../../shared/core/text.ts';
import { BINARY_FORMATS, piecesOf, TABLE_FORMATS, type TableFormat } from '../../insights/export/formats.ts';
import type { Metadata, Table } from '../../insights/export/table.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { UsageError } from '../usage-error.ts';
import { printError, withoutControls } from './write.ts';

/**
 * The format of the output: `--format`, else the ending of the file, else without a file the default. Throws a UsageError if a file
 * is not what its name says, because it is opened wrongly, or if neither says the format.
 */
export const formatFor = (command: Command): TableFormat => {
  const { format, out }: { format: TableFormat; out?: string } = command.opts();
  const ending = TABLE_FORMATS.find((each) => out?.toLowerCase().endsWith(`.${each}`));
  const isGiven = command.getOptionValueSource('format') !== 'default';
  if (out === undefined || ending === format || (ending === undefined && isGiven)) return format;
  if (ending === undefined)
    throw new UsageError(
      `The ending of ${out} is not that of a format: name a file that ends in ${TABLE_FORMATS.map((each) => `.${each}`).join(', ')}, or add --format.`,
    );
  if (!isGiven) return ending;
  throw new UsageError(
    `--format ${format} does not fit ${out}: name a file that ends in .${format}, or leave out --format.`,
  );
};

/** Rejects binary output that a terminal would interpret as control sequences. */
export const refuseBinary = (format: TableFormat, out: string | undefined): void => {
  if (!BINARY_FORMATS.includes(format) || out !== undefined || !process.stdout.isTTY) return;
  throw new UsageError(`The format ${format} is binary and standard output is a terminal: add --out FILE.`);
};

/**
 * Writes `pieces` to standard output, or to the file `out`, which only its owner can read. Throws a UsageError if the file
 * cannot be written: then an earlier file of that name is as it was.
 */
export const writePieces = async (
  pieces: Iterable<string | Uint8Array>,
  rows: number,
  out: string | undefined,
): Promise<void> => {
  if (out === undefined) {
    for (const piece of pieces) {
      const written = process.stdout.isTTY && typeof piece === 'string' ? withoutControls(piece) : piece;
      if (!process.stdout.write(written)) await once(process.stdout, 'drain');
    }
    return;
  }
  try {
    writeDurably(out, pieces);
  } catch (error: unknown) {
    if (systemCode(error) === undefined) throw error;
    throw new UsageError(`The file ${out} cannot be written: ${systemReason(error)}.`);
  }
  printError(`Wrote ${plural(rows, 'row')} to ${out}`);
};

/** Writes a table. CSV gets a byte order mark in a file, for Excel, and none on standard output. */
export const writeTable = (
  { name, table, metadata }: { name: string; table: Table; metadata: Metadata },
  format: TableFormat,
  out: string | undefined,
): Promise<void> =>
  writePieces(piecesOf(table, format, { name, bom: out !== undefined, metadata }), table.rows.length, out);
