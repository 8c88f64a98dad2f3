import { systemClock } from '../../../shared/core/clock.ts';
import { dayIn } from '../../../shared/core/day.ts';
import { statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger, outputOf } from '../../operations/ledger.ts';
import { endOfRun, startRun } from '../../operations/runs/executions.ts';
import { followRun } from '../../operations/runs/follow-run.ts';
import { manualRunName } from '../../operations/runs/run-name.ts';
import type { Stack } from '../../operations/stack.ts';
import { EXIT } from '../exit.ts';
import { suggest, type Target } from '../print/advice.ts';
import { createProgress } from '../print/progress.ts';
import { reportRun } from '../print/report-run.ts';
import { checkDates, type RunRange, runInput } from '../run-range.ts';
import { withStopSignal } from '../stop-signal.ts';

/** How often the execution and the run are looked at: a run may take two hours, and each look is a request. */
const POLL_MS = 1_000;

/** Starts a run of the deployed stack and follows it to its end; Ctrl-C stops following, not the run. Returns the exit code. @param target what `stack` is to the user */
export const startOnAws = async (stack: Stack, range: RunRange, target: Target): Promise<number> => {
  checkDates(range, dayIn(outputOf(stack, OUTPUT.timeZone), systemClock.now()));
  const ledger = openLedger(stack, systemClock);
  const name = manualRunName(systemClock);
  const { executionArn } = await startRun(stack, name, runInput(range));
  process.stdout.write(`Run       ${executionArn}\n\n`);
  return withStopSignal(async (signal) => {
    const progress = createProgress(process.stdout);
    const ended = endOfRun(stack.sfn, executionArn, signal, POLL_MS);
    const run = await followRun(name, ledger.runs, progress, ended, signal, POLL_MS).finally(() =>
      progress.stop(),
    );
    if (signal.aborted) {
      process.stdout.write(`The run goes on: ${suggest('status', target)} tells how it ends.\n`);
      return EXIT.unsettled;
    }
    if (!run) {
      process.stdout.write(`Run ${name} ended as ${await ended}.\n`);
      return EXIT.unsettled;
    }
    await reportRun(run, ledger, target);
    return statusOf(run) === 'complete' ? EXIT.settled : EXIT.unsettled;
  });
};
