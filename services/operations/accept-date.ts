import { findCause } from '../../shared/core/causes.ts';
import { iso } from '../../shared/core/clock.ts';
import type { DayEntry, LastError } from '../../shared/core/ledger.ts';
import { nextRecheck } from '../../shared/core/recheck-schedule.ts';
import { openLedger } from './ledger.ts';
import { type Stack, todayOf } from './stack.ts';

/** The failure of a date that a person may accept; undefined if it has none, or one that may pass. */
export const acceptableFailure = ({ state, last_error }: DayEntry): LastError | undefined =>
  state !== 'failed' && findCause(last_error?.name)?.isAcceptable ? (last_error ?? undefined) : undefined;

/**
 * Records that the date stays without a night (or with the stored one) until Oura answers differently. In its runs, the date
 * no longer counts as failed.
 * @param run_ids the runs of the date's parked messages
 */
export const acceptDate = async (
  stack: Stack,
  entry: DayEntry & { readonly last_error: LastError },
  run_ids: readonly string[],
): Promise<void> => {
  const { days, runs } = openLedger(stack);
  const { date, state, last_error, run_id, attempts } = entry;
  const runsOfDate = new Set([...run_ids, ...(run_id === null ? [] : [run_id])]);
  await days.accepted(date, {
    run_id: run_id ?? '',
    attempts,
    // Accepting is no answer of Oura, so the date was last checked when it failed.
    at: Date.parse(last_error.at),
    next_check_on: nextRecheck(date, todayOf(stack)),
    accepted: { ...last_error, at: iso(stack.clock.now()) },
  });
  const outcome = state === 'stored' ? 'unchanged' : 'no_data';
  for (const id of runsOfDate) {
    const open = await runs.get(id);
    if (open?.run.failed.includes(date)) await runs.settle(id, { [outcome]: [date] });
  }
};
