import Table from 'cli-table3';
import { type GapContext, type GapRow, gapRanges } from '../../operations/gaps/find-gaps.ts';
import { reasonCounts } from './reason-counts.ts';
import { TABLE_STYLE } from './table-style.ts';

/** The gaps as a table, dates in a row of which the same is known in one line, and how many there are of each reason. */
export const gapTable = (rows: readonly GapRow[], context: GapContext): string => {
  const table = new Table({ head: ['date', 'state', 'reason', 'evidence', 'next'], ...TABLE_STYLE });
  table.push(
    ...gapRanges(rows, context).map(({ from, to, dates, state, reason, cause, evidence, next }) => [
      dates === 1 ? from : `${from} to ${to}`,
      state,
      cause ?? reason,
      evidence ?? '–',
      next,
    ]),
  );
  const counts = reasonCounts(rows.map(({ reason }) => reason));
  return `${table}\n${rows.length} date${rows.length === 1 ? '' : 's'} without a night: ${counts}.`;
};
