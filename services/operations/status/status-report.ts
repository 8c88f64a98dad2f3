import type { NightsStatus } from './nights-status.ts';
import type { SyncState } from './sync-state.ts';

/** The state of a stack, and its stored nights. */
export interface StackStatus {
  readonly state: SyncState;
  readonly nights: NightsStatus;
}

/** The output of `status --format json`. */
export const statusReport = ({ state, nights }: StackStatus) => {
  const { process, runs, lastSuccess, nextRun, queues, reconnect, problems } = state;
  const [lastRun] = runs;
  const last_run = lastRun && {
    id: lastRun.run_id,
    status: lastRun.status,
    trigger: lastRun.trigger,
    started_at: lastRun.started_at,
    finished_at: lastRun.finished_at,
    counts: lastRun.counts,
  };
  return {
    process,
    last_run: last_run ?? null,
    last_success: lastSuccess,
    next_run: nextRun,
    nights,
    queues,
    reconnect_needed: reconnect ? { since: reconnect.since } : null,
    problems,
  };
};
