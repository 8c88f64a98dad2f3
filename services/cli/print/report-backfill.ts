import type { Day } from '../../../shared/core/day.ts';
import { STOP_GRACE_SECONDS } from '../../local/emulators/stop-grace.ts';
import { findOpenDates } from '../../operations/backfill/find-open-dates.ts';
import { runChunks } from '../../operations/backfill/run-chunks.ts';
import { openLedger } from '../../operations/ledger.ts';
import type { Stack } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { suggest, type Target } from './advice.ts';
import { backfillProgress } from './backfill-progress.ts';
import { type BackfillRange, backfillReport, datesOf, openDatesLine } from './backfill-report.ts';
import { reportStall } from './report-stall.ts';
import { print, printError } from './write.ts';

/** How often to check a running run: each check takes two reads, which cost money on AWS. */
const POLL_MS = { local: 300, aws: 1_000 } as const;

/** A stack whose functions are running, in this process (`isOwn`) or elsewhere. */
interface RunningStack {
  readonly stack: Stack;
  readonly signal: AbortSignal;
  readonly isOwn: boolean;
  rest(): Promise<void>;
  /** What is wrong, one line each, if the functions run in another process: this one does not see why they wait. */
  problems?(): Promise<readonly string[]>;
}

export interface BackfillRequest {
  readonly range: BackfillRange;
  /** The end of the range as given. Without one, the command that continues also requests later dates. */
  readonly to?: Day | undefined;
  /** Whether to request settled dates, too. */
  readonly again?: boolean | undefined;
}

/** Requests the open dates of a range in successive runs, prints their progress and a report, and returns the exit code. */
export const printBackfill = async (
  { stack, signal, isOwn, rest, problems }: RunningStack,
  { range, to, again }: BackfillRequest,
  target: Target,
): Promise<number> => {
  const pollMs = target.aws ? POLL_MS.aws : POLL_MS.local;
  const end = [...(to ? ['--to', to] : []), ...(again ? ['--again'] : [])];
  const command = suggest('backfill', target, '--from', range.from, ...end);

  const found = await findOpenDates(stack, { ...range, again }, { signal, pollMs });
  print(openDatesLine(found, range));
  if (found.open.length + found.left.length === 0) return EXIT.settled;

  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const progress = backfillProgress(process.stdout, seconds);
  const doctor = suggest('doctor', target);
  const noteStall = problems && reportStall({ seconds, problems, doctor, say: printError });
  const stopped = async () => {
    progress.stop();
    if (isOwn) {
      print(
        `Stopping: work in progress finishes first, within ${STOP_GRACE_SECONDS} s. Ctrl-C again stops at once.`,
      );
    }
    await rest();
  };
  const ended = await runChunks(stack, found, {
    signal,
    pollMs,
    rest: stopped,
    look: (standing) => {
      progress.look(standing);
      noteStall?.(standing);
    },
    again,
  }).finally(() => progress.stop());
  const took = seconds();
  const { no_data, failed } = datesOf(ended);
  const entries = await openLedger(stack).days.get([...no_data, ...failed]);
  print(`\n${backfillReport(ended, { entries, seconds: took, range, again: command, target }).join('\n')}`);
  const { done, total } = ended.standing;
  if (signal.aborted && done < total) {
    const running = isOwn
      ? 'It also finishes the current run.'
      : 'The current run goes on by itself: the counts are those of this moment.';
    print(`Stopped. To continue, run ${command}. ${running}`);
  }
  return failed.length === 0 && done === total && !ended.halt ? EXIT.settled : EXIT.unsettled;
};
