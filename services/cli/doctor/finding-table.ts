import Table from 'cli-table3';
import { plural } from '../../../shared/core/text.ts';
import { TABLE_STYLE } from '../print/table-style.ts';
import type { Finding } from './finding.ts';

/** A table of the findings with their advice, and the number of problems. */
export const findingTable = (findings: readonly Finding[]): string => {
  const table = new Table({ head: ['', 'check', 'finding'], ...TABLE_STYLE });
  table.push(
    ...findings.map(({ state, check, finding, advice }) => [
      state,
      check,
      advice === null ? finding : `${finding}\n→ ${advice}`,
    ]),
  );
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  return `${table}\n${plural(count('problem'), 'problem')}, ${plural(count('warning'), 'warning')}.`;
};
