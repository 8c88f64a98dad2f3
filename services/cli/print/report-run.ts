import { DEFAULT_LOOK_BACK_DAYS } from '../../../shared/core/choose-dates.ts';
import { arrivalOf } from '../../../shared/core/freshness.ts';
import { outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import { isExtra } from '../../../shared/core/messages.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';
import { openLedger } from '../../operations/ledger.ts';
import type { StartedRun } from '../../operations/runs/executions.ts';
import { type Following, followRun, reportDates } from '../../operations/runs/follow-run.ts';
import { lastNights } from '../../operations/runs/last-nights.ts';
import type { Stack } from '../../operations/stack.ts';
import type { Target } from './advice.ts';
import { nightTable } from './night-table.ts';
import { createProgress } from './progress.ts';
import { runReport } from './run-report.ts';
import { breakLines } from './wrap.ts';
import { print } from './write.ts';

/** How a run is followed and shown. */
interface Shown extends Pick<Following, 'signal' | 'pollMs'> {
  /** Whether the report has no nights, because others can read it. */
  readonly hidesNights?: boolean;
}

/** Prints each date of the run as it settles, then a report. Undefined if `signal` aborted first, or the run was never planned. */
export const printRun = async (
  stack: Stack,
  started: StartedRun,
  target: Target,
  { hidesNights = false, ...following }: Shown,
): Promise<Run | undefined> => {
  const progress = createProgress(process.stdout);
  const ended = await followRun(stack, started, { ...following, look: reportDates(progress) }).finally(() =>
    progress.stop(),
  );
  if (ended?.run) await reportRun(stack, ended.run, target, hidesNights);
  else if (ended) print(`Run ${started.run_id} ended with status ${ended.status}.`);
  return ended?.run;
};

/** As many as a daily run requests: more would not fit on a screen. */
const MOST_NIGHTS = DEFAULT_LOOK_BACK_DAYS;

/** How fresh each new night is. A daily or manual run says nothing about it. */
const arrivalLines = (run: Run, nights: readonly SleepRecord[]): string[] =>
  isExtra(run.trigger)
    ? nights
        .filter(({ date }) => outcomesOf(run).stored.includes(date))
        .flatMap((night) => {
          const arrival = arrivalOf(night);
          return arrival ? [`${night.date} ${arrival.text}.`] : [];
        })
    : [];

/** Prints the last nights that the run requested (or the last stored ones, if it requested none) and its report. */
const reportRun = async (stack: Stack, run: Run, target: Target, hidesNights: boolean): Promise<void> => {
  const { sleepTable, days } = openLedger(stack);
  const last = await lastNights(sleepTable, Object.values(outcomesOf(run)).flat().sort(), MOST_NIGHTS);
  if (last.length > 0 && !hidesNights) print(`\n${nightTable(last)}`);
  const entries = await days.get(run.failed);
  const lines = [...arrivalLines(run, last), ...runReport(run, entries, target)];
  print(breakLines(`\n${lines.join('\n')}`));
};
