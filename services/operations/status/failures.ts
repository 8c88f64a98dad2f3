import { byDate } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import type { Stack } from '../stack.ts';
import type { FailureGroup } from './pipeline-state.ts';

/** Groups the failed dates by the name of their last error, the largest group first. */
export const groupByCause = (entries: readonly DayEntry[]): FailureGroup[] => {
  const failed = entries
    .flatMap((entry) => (entry.last_error ? [{ ...entry, last_error: entry.last_error }] : []))
    .sort(byDate);
  const groups = Map.groupBy(failed, ({ last_error }) => last_error.name);
  return [...groups]
    .map(([cause, group]) => ({
      cause,
      message: group.at(-1)?.last_error.message ?? '',
      count: group.length,
      dates: group.map(({ date, state, attempts, last_error }) => ({
        date,
        state,
        attempts,
        at: last_error.at,
      })),
    }))
    .sort((one, other) => other.count - one.count);
};

export const readFailures = async (stack: Stack): Promise<FailureGroup[]> =>
  groupByCause(await Array.fromAsync(openLedger(stack).days.scan()));
