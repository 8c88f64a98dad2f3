import { once } from 'node:events';
import { systemCode, systemReason } from '../../../shared/core/system-reason.ts';
import { plural } from '../../../shared/core/text.ts';
import { piecesOf, type TableFormat } from '../../insights/export/formats.ts';
import type { Table } from '../../insights/export/table.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import { UsageError } from '../usage-error.ts';

/** Rejects binary output that a terminal would interpret as control sequences. */
export const refuseBinary = (format: TableFormat, out: string | undefined): void => {
  if (format !== 'parquet' || out !== undefined || !process.stdout.isTTY) return;
  throw new UsageError('Parquet is binary and standard output is a terminal: add --out FILE.');
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
    for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    return;
  }
  try {
    writeDurably(out, pieces);
  } catch (error: unknown) {
    if (systemCode(error) === undefined) throw error;
    throw new UsageError(`The file ${out} cannot be written: ${systemReason(error)}.`);
  }
  process.stderr.write(`Wrote ${plural(rows, 'row')} to ${out}\n`);
};

/** Writes a table. CSV gets a byte order mark in a file, for Excel, and none on standard output. */
export const writeTable = (table: Table, format: TableFormat, out: string | undefined): Promise<void> =>
  writePieces(piecesOf(table, format, { bom: out !== undefined }), table.rows.length, out);
