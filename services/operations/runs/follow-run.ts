import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenRun, Runs } from '../../../shared/aws/store/runs.ts';
import type { Day } from '../../../shared/core/day.ts';
import { OUTCOMES, outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import type { Progress } from './progress.ts';

/** Often enough to feel live; on one machine a look costs nothing. */
const POLL_MS = 150;

/**
 * Tells `look` of the run as it stands, again and again until its execution has ended, and returns the run then. Undefined
 * where `signal` aborted before, or where the execution ended without a run.
 * @param ended resolves when the execution has ended, however it did; what it rejects with is thrown
 * @param pollMs how long to wait between two looks at the run: one read of one item each
 */
export const watchRun = async (
  run_id: string,
  runs: Pick<Runs, 'get'>,
  look: (open: OpenRun) => void,
  ended: Promise<unknown>,
  signal: AbortSignal,
  pollMs: number,
): Promise<Run | undefined> => {
  let over = false;
  const note = () => {
    over = true;
  };
  ended.then(note, note);
  while (!signal.aborted) {
    const last = over;
    const open = await runs.get(run_id);
    if (open) look(open);
    if (last) {
      await ended;
      return open?.run;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
};

/** As {@link watchRun}, telling `progress` of each date of the run as it settles. */
export const followRun = (
  run_id: string,
  runs: Pick<Runs, 'get'>,
  progress: Progress,
  ended: Promise<unknown>,
  signal: AbortSignal,
  pollMs = POLL_MS,
): Promise<Run | undefined> => {
  const told = new Set<Day>();
  const look = ({ planned, run }: OpenRun) => {
    if (!planned) return;
    const outcomes = outcomesOf(run);
    progress.total(Object.values(outcomes).flat().length);
    for (const outcome of OUTCOMES) {
      for (const date of outcomes[outcome].filter((candidate) => !told.has(candidate))) {
        told.add(date);
        progress.settled(date, outcome);
      }
    }
  };
  return watchRun(run_id, runs, look, ended, signal, pollMs);
};
