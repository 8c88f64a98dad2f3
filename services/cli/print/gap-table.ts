import Table from 'cli-table3';
import { plural } from '../../../shared/core/text.ts';
import { type GapContext, type GapRow, gapRanges } from '../../operations/gaps/find-gaps.ts';
import { reasonCounts } from './reason-counts.ts';
import { TABLE_STYLE } from './table-style.ts';

/** A table of the gaps, with one line per range of dates that have the same facts, and the number of dates per reason. */
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
  return `${table}\n${plural(rows.length, 'date')} without a night: ${counts}.`;
};
