import { setTimeout as sleep } from 'node:timers/promises';
import type { Day } from '../../shared/contract/day.ts';
import { OUTCOMES, outcomesOf, type Run } from '../../shared/contract/ledger.ts';
import type { Runs } from '../../shared/store/runs.ts';
import type { Progress } from './print/progress.ts';

/** Often enough to feel live; on one machine a look costs nothing. */
const POLL_MS = 150;

/**
 * Tells `progress` of each date of the run as it settles, until its execution has ended, and returns the run then.
 * Undefined where `signal` aborted before, or where the execution ended without a run.
 * @param ended resolves when the execution has ended, however it did; what it rejects with is thrown
 * @param pollMs how long to wait between two looks at the run: one read of one item each
 */
export const followRun = async (
  run_id: string,
  runs: Pick<Runs, 'get'>,
  progress: Progress,
  ended: Promise<unknown>,
  signal: AbortSignal,
  pollMs = POLL_MS,
): Promise<Run | undefined> => {
  const told = new Set<Day>();
  let over = false;
  const note = () => {
    over = true;
  };
  ended.then(note, note);
  while (!signal.aborted) {
    const last = over;
    const open = await runs.get(run_id);
    if (open?.planned) {
      const outcomes = outcomesOf(open.run);
      progress.total(Object.values(outcomes).flat().length);
      for (const outcome of OUTCOMES) {
        for (const date of outcomes[outcome].filter((candidate) => !told.has(candidate))) {
          told.add(date);
          progress.settled(date, outcome);
        }
      }
    }
    if (last) {
      await ended;
      return open?.run;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return undefined;
};
