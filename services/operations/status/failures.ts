import { byDate } from '../../../shared/core/day.ts';
import { type DayEntry, dayState } from '../../../shared/core/ledger.ts';
import { type Ledger, openLedger } from '../ledger.ts';
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

/** The states of the dates whose entry is a failure, unless their night is stored: another run may have stored it. */
export const readFailedDates = async ({ days, sleepTable }: Ledger): Promise<DayEntry[]> => {
  const failed: DayEntry[] = [];
  for await (const entry of days.scan()) if (entry.last_error) failed.push(entry);
  const nights = await sleepTable.facts(failed.map(({ date }) => date));
  return failed.flatMap((entry) => dayState(nights.get(entry.date), entry) ?? []);
};

export const readFailures = async (stack: Stack): Promise<FailureGroup[]> =>
  groupByCause(await readFailedDates(openLedger(stack)));
