import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { piecesOf, type TableFormat } from '../../insights/export/formats.ts';
import type { Table } from '../../insights/export/table.ts';
import { systemCode, systemReason } from '../system-reason.ts';
import { UsageError } from '../usage-error.ts';

/** Refuses bytes that a terminal would take for commands. */
export const refuseBinary = (format: TableFormat, out: string | undefined): void => {
  if (format !== 'parquet' || out !== undefined || !process.stdout.isTTY) return;
  throw new UsageError('Parquet is binary and standard output is a terminal: add --out FILE.');
};

/**
 * Writes `pieces` to the file `out` (readable by its owner only) and says so on standard error, else to standard output. Throws a
 * UsageError where the file cannot be written.
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
    await pipeline(Readable.from(pieces), createWriteStream(out, { mode: 0o600 }));
  } catch (error: unknown) {
    if (systemCode(error) === undefined) throw error;
    throw new UsageError(`The file ${out} cannot be written: ${systemReason(error)}.`);
  }
  process.stderr.write(`${rows} rows in ${out}\n`);
};

/** Writes a table. CSV in a file begins with a byte order mark, for Excel; what goes to another program does not. */
export const writeTable = (table: Table, format: TableFormat, out: string | undefined): Promise<void> =>
  writePieces(piecesOf(table, format, { bom: out !== undefined }), table.rows.length, out);
