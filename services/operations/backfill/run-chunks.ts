import { type Run, statusOf } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import { runName, type StartedRun, startRun } from '../runs/executions.ts';
import { type Following, followRun } from '../runs/follow-run.ts';
import type { Stack } from '../stack.ts';
import { chunksOf } from './chunks.ts';
import { BACKFILL, type OpenDates } from './find-open-dates.ts';
import { createTally, type Standing } from './tally.ts';

export interface Backfilled {
  readonly standing: Standing;
  readonly runs: readonly Run[];
  /** The run that stopped the backfill: it stored nothing, or ended before it was planned. */
  readonly halt: { readonly run_id: string; readonly run: Run | undefined } | undefined;
}

export interface BackfillFollowing extends Pick<Following, 'signal' | 'pollMs'> {
  /** Whether to request settled dates, too. */
  readonly again?: boolean | undefined;
  /** Called with the progress after each check of a run. */
  look(standing: Standing): void;
  /** Resolves when the workers of this process have finished their started invocations. */
  rest(): Promise<void>;
}

/** False if Oura is down or denies access, or the queue is not consumed. */
const makesProgress = (run: Run | undefined): boolean =>
  run !== undefined && ['complete', 'partial'].includes(statusOf(run));

/**
 * Requests the open dates of `found` run by run, the newest first, after the remaining runs of an earlier backfill. Stops after
 * a run that stored nothing. If `signal` aborts, it waits for the workers to rest and leaves the current run unfinished.
 */
export const runChunks = async (
  stack: Stack,
  found: OpenDates,
  { signal, pollMs, look, rest, again }: BackfillFollowing,
): Promise<Backfilled> => {
  const { runs } = openLedger(stack);
  const name = runName(BACKFILL, stack.clock);
  const chunks = new Map(
    chunksOf(found.open, found.underWay).map((chunk, index) => [`${name}-${index + 1}`, chunk]),
  );
  const tally = createTally(
    chunks,
    found.left.map(({ run }) => run),
  );
  const begun = new Set(found.left.map(({ run_id }) => run_id));
  let halt: Backfilled['halt'];

  /** Returns whether to start the next run. */
  const follow = async (started: StartedRun): Promise<boolean> => {
    const ended = await followRun(stack, started, {
      signal,
      pollMs,
      look: ({ planned, run }) => {
        if (planned) tally.update(run);
        look(tally.standing());
      },
    });
    if (!ended || signal.aborted) return false;
    if (!makesProgress(ended.run)) halt = { run_id: started.run_id, run: ended.run };
    return halt === undefined;
  };

  let continues = !signal.aborted;
  for (const left of found.left) continues = continues && (await follow(left));
  for (const [run_id, { from, to }] of chunks) {
    if (!continues) break;
    begun.add(run_id);
    continues = await follow(await startRun(stack, run_id, { trigger: BACKFILL, from, to, again }));
  }
  if (signal.aborted) {
    await rest();
    // The workers have settled dates since the last check.
    for (const open of await Promise.all([...begun].map(runs.get))) if (open?.planned) tally.update(open.run);
  }
  return { standing: tally.standing(), runs: tally.runs(), halt };
};
