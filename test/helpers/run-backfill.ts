import type { LocalRuntime } from '../../services/local/start.ts';
import { findOpenDates } from '../../services/operations/backfill/find-open-dates.ts';
import { type Backfilled, runChunks } from '../../services/operations/backfill/run-chunks.ts';
import type { Clock } from '../../shared/core/clock.ts';
import type { Day } from '../../shared/core/day.ts';

/** Backfills a range on a pipeline in this process, as the command does. */
export const runBackfill = async (
  { clients, outputs, drain }: LocalRuntime,
  clock: Clock,
  range: { readonly from: Day; readonly to: Day },
  pollMs = 100,
): Promise<Backfilled> => {
  const stack = { ...clients, clock, outputs };
  const following = { signal: new AbortController().signal, pollMs };
  const found = await findOpenDates(stack, range, following);
  return runChunks(stack, found, { ...following, look: () => {}, rest: drain });
};
