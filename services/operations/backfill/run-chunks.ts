import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { countMessages } from '../../../shared/aws/queue/queue-depth.ts';
import { countsOf, type Run, statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import { runName, type StartedRun, startRun } from '../runs/executions.ts';
import { type Following, followRun } from '../runs/follow-run.ts';
import { outputOf, type Stack } from '../stack.ts';
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
 * How many runs of a backfill go on at once. Once workers have received all messages of a run, the next run is planned and
 * fetched while they store the dates. It does not start earlier: SQS delivers in any order, and a batch with dates of both runs
 * takes more windows.
 */
const RUNS_AT_ONCE = 2;

/**
 * Requests the open dates of `found` run by run, the newest first, after the remaining runs of an earlier backfill. Starts no
 * run after one that stored nothing. If `signal` aborts, it waits for the workers to rest and leaves the current runs unfinished.
 */
export const runChunks = async (
  stack: Stack,
  found: OpenDates,
  { signal, pollMs, look, rest, again }: BackfillFollowing,
): Promise<Backfilled> => {
  const { runs } = openLedger(stack);
  const workQueueUrl = outputOf(stack, OUTPUT.workQueueUrl);
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
  /** Ends the following of the other run after an error. Otherwise the process would not end before that run. */
  const stop = new AbortController();
  const followed = AbortSignal.any([signal, stop.signal]);

  /** Whether workers have received all messages of a planned run with `left` pending dates. */
  const isReceived = async (left: number): Promise<boolean> => {
    const { visible, inFlight, delayed } = await countMessages(stack.sqs, workQueueUrl);
    // The second condition excludes the moment in which the planner has not sent all messages yet.
    return visible === 0 && inFlight + delayed >= left;
  };

  /** Follows a run to its end. Calls `received` once workers have received all its messages, or the run has ended. */
  const follow = async (started: StartedRun, received: () => void = () => {}): Promise<void> => {
    let left: number | undefined;
    const ended = followRun(stack, started, {
      signal: followed,
      pollMs,
      look: ({ planned, run }) => {
        if (planned) {
          tally.update(run);
          left = countsOf(run).pending;
        }
        look(tally.standing());
      },
    });
    const isOver = ended.then(() => true);
    while (!(await Promise.race([isOver, sleep(pollMs, false)]))) {
      if (left !== undefined && (await isReceived(left))) break;
    }
    received();
    const end = await ended;
    if (end && !makesProgress(end.run)) halt ??= { run_id: started.run_id, run: end.run };
  };

  try {
    await Promise.all(found.left.map((left) => follow(left)));
    let earlier = Promise.resolve();
    await pMap(
      chunks,
      async ([run_id, { from, to }]) => {
        const received = Promise.withResolvers<void>();
        const turn = earlier;
        earlier = received.promise;
        await turn;
        if (signal.aborted || halt !== undefined) return received.resolve();
        begun.add(run_id);
        const started = await startRun(stack, run_id, { trigger: BACKFILL, from, to, again });
        return follow(started, received.resolve);
      },
      { concurrency: RUNS_AT_ONCE },
    );
  } finally {
    stop.abort();
  }
  if (signal.aborted) {
    await rest();
    // The workers have settled dates since the last check.
    for (const open of await Promise.all([...begun].map(runs.get))) if (open?.planned) tally.update(open.run);
  }
  return { standing: tally.standing(), runs: tally.runs(), halt };
};
