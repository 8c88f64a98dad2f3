import Table from 'cli-table3';
import type { FailureGroup } from '../../operations/status/pipeline-state.ts';
import { TABLE_STYLE } from './table-style.ts';

/** Further dates are shown as an ellipsis. */
const DATES_SHOWN = 8;

export const failureTable = (groups: readonly FailureGroup[]): string => {
  if (groups.length === 0) return 'No failed dates.';
  const table = new Table({ head: ['cause', 'dates', 'which', 'message'], ...TABLE_STYLE });
  table.push(
    ...groups.map(({ cause, count, dates, message }) => [
      cause,
      String(count),
      dates
        .slice(0, DATES_SHOWN)
        .map(({ date }) => date)
        .join('\n') + (count > DATES_SHOWN ? '\n…' : ''),
      message,
    ]),
  );
  return table.toString();
};
