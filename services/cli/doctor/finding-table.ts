import { plural } from '../../../shared/core/text.ts';
import { EXIT } from '../exit.ts';
import { createTable } from '../print/table.ts';
import { paint } from '../print/write.ts';
import type { Finding } from './finding.ts';

/** A table of the findings with their advice, and the number of problems. */
export const findingTable = (findings: readonly Finding[]): string => {
  const table = createTable(
    [{ title: '' }, { title: 'check' }, { title: 'finding' }],
    findings.map(({ state, check, finding, advice }) => [
      state === 'ok' ? state : paint(state, state),
      check,
      advice === null ? finding : `${finding}\n→ ${advice}`,
    ]),
  );
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  return `${table}\n${plural(count('problem'), 'problem')}, ${plural(count('warning'), 'warning')}.`;
};

/** The exit code of `doctor`: warnings do not change it. */
export const doctorExit = (findings: readonly Finding[]): number =>
  findings.some(({ state }) => state === 'problem') ? EXIT.unsettled : EXIT.settled;
