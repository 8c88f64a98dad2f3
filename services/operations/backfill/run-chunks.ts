import { type Run, statusOf } from '../../../shared/core/ledger.ts';
import { openLedger } from '../ledger.ts';
import { type StartedRun, startRun } from '../runs/executions.ts';
import { type Following, followRun } from '../runs/follow-run.ts';
import { runName } from '../runs/run-name.ts';
import type { Stack } from '../stack.ts';
import { chunksOf } from './chunks.ts';
import { BACKFILL, type OpenDates } from './find-open-dates.ts';
import { createTally, type Standing } from './tally.ts';

/** What a backfill came to. */
export interface Backfilled {
  readonly standing: Standing;
  /** The runs that it consisted of, as they stand. */
  readonly runs: readonly Run[];
  /** What kept it from going on: the run that nothing came of, or one that ended without a word. */
  readonly halt: { readonly run_id: string; readonly run: Run | undefined } | undefined;
}

/** How to follow a backfill. */
export interface BackfillFollowing extends Pick<Following, 'signal' | 'pollMs'> {
  /** Called with how far the backfill has come, at every look at a run. */
  look(standing: Standing): void;
  /** Resolves once the workers that this process runs have ended what they had begun. */
  rest(): Promise<void>;
}

/** Not where Oura is down, locks us out, or the queue is not emptied. */
const isGettingOn = (run: Run | undefined): boolean =>
  run !== undefined && ['complete', 'partial'].includes(statusOf(run));

/**
 * Asks for the open dates of `found`, run by run, the newest first, after those that an earlier backfill left
 * under way. Stops after a run of which nothing came, and where `signal` aborts: then the runs under way are left as they are,
 * once the workers are at rest.
 */
export const runChunks = async (
  stack: Stack,
  found: OpenDates,
  { signal, pollMs, look, rest }: BackfillFollowing,
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

  /** Whether the next run is worth starting. */
  const follow = async (started: StartedRun): Promise<boolean> => {
    const ended = await followRun(stack, started, {
      signal,
      pollMs,
      look: ({ planned, run }) => {
        if (planned) tally.tell(run);
        look(tally.standing());
      },
    });
    if (!ended || signal.aborted) return false;
    if (!isGettingOn(ended.run)) halt = { run_id: started.run_id, run: ended.run };
    return halt === undefined;
  };

  let goesOn = !signal.aborted;
  for (const left of found.left) goesOn = goesOn && (await follow(left));
  for (const [run_id, { from, to }] of chunks) {
    if (!goesOn) break;
    begun.add(run_id);
    goesOn = await follow(await startRun(stack, run_id, { trigger: BACKFILL, from, to }));
  }
  if (signal.aborted) {
    await rest();
    // The workers have settled dates since the last look.
    for (const open of await Promise.all([...begun].map(runs.get))) if (open?.planned) tally.tell(open.run);
  }
  return { standing: tally.standing(), runs: tally.runs(), halt };
};
