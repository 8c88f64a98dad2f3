import { type DayTables, readDayStates } from '../../shared/aws/store/day-states.ts';
import type { Days } from '../../shared/aws/store/days.ts';
import { findCause } from '../../shared/core/causes.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { dayIn } from '../../shared/core/day.ts';
import { describeError } from '../../shared/core/errors.ts';
import { nextRecheck } from '../../shared/core/recheck-schedule.ts';
import type { DateResult, WorkItem } from './work-batch.ts';

interface AcceptedParts extends DayTables {
  readonly days: Days;
  readonly clock: Clock;
  readonly timeZone: string;
}

/**
 * Replaces each failure that a person has accepted: Oura has answered with the same invalid record again, so the date keeps the
 * state that was accepted, and its message is not parked again. Any other answer ends the acceptance.
 */
export const keepAccepted = async (
  results: ReadonlyMap<WorkItem, DateResult>,
  parts: AcceptedParts,
): Promise<ReadonlyMap<WorkItem, DateResult>> => {
  const invalid = [...results].flatMap(([item, result]) => {
    const error = result instanceof Error ? describeError(result) : undefined;
    return error && findCause(error.name)?.isAcceptable ? [{ item, error }] : [];
  });
  if (invalid.length === 0) return results;
  const states = await readDayStates(
    parts,
    invalid.map(({ item }) => item.message.date),
  );
  const kept = new Map(results);
  for (const { item, error } of invalid) {
    const { date, run_id } = item.message;
    const state = states.get(date);
    const accepted = state?.accepted;
    if (!accepted || accepted.name !== error.name || accepted.message !== error.message) continue;
    const at = parts.clock.now();
    const next_check_on = nextRecheck(date, dayIn(parts.timeZone, at));
    await parts.days.accepted(date, { run_id, attempts: item.attempt, at, next_check_on, accepted });
    kept.set(item, state.state === 'stored' ? 'unchanged' : 'no_data');
  }
  return kept;
};
