import type { GapContext } from '../../operations/gaps/find-gaps.ts';
import type { GapRow } from '../../operations/gaps/gap-row.ts';
import type { SyncState } from '../../operations/status/sync-state.ts';
import { suggest, type Target } from './advice.ts';
import { gapTable } from './gap-table.ts';
import { problemLines } from './problem-lines.ts';

/** What `gaps` shows. */
interface Gaps {
  readonly rows: readonly GapRow[];
  /** Whether any night is stored. */
  readonly stored: boolean;
  readonly context: GapContext;
  readonly state: Pick<SyncState, 'problems' | 'actions'>;
}

/** The gaps and, because a range does not show what is wrong with the rest, every problem. */
export const gapsText = ({ rows, stored, context, state }: Gaps, target: Target): string => {
  const problems = problemLines(state);
  const shown = (): string => {
    if (rows.length > 0) return gapTable(rows, context);
    if (stored)
      return problems.length > 0
        ? 'Every date of the range that is over has a night, but not everything is well:'
        : 'No gaps: every date that is over has a night.';
    const { start, sync, afterConnect } = state.actions;
    return `No date is known yet. To request the last nights, ${afterConnect(start ?? sync)}. To see how the last run ended, run ${suggest('status', target)}.`;
  };
  return [shown(), ...problems].join('\n');
};
