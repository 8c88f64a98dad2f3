import { setTimeout as sleep } from 'node:timers/promises';
import { findDates } from '../../../shared/aws/store/day-states.ts';
import { chooseDates } from '../../../shared/core/choose-dates.ts';
import { chunks } from '../../../shared/core/chunks.ts';
import { type Day, daysFrom } from '../../../shared/core/day.ts';
import { type DayEntry, outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import { MOST_DATES } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import { executionStatus, runningRuns, type StartedRun } from '../runs/executions.ts';
import type { Following } from '../runs/follow-run.ts';
import { currentDatesOf, outputOf, type Stack, timeZoneOf } from '../stack.ts';

/** The dates of a backfill before it starts. */
export interface OpenDates {
  /** Dates that a run would request now, in order, without those of running runs. */
  readonly open: readonly Day[];
  /** Number of dates with a night that is not due for a re-read. */
  readonly stored: number;
  /** Number of dates known to have no data, permanently or as of today, or accepted to have none. */
  readonly noData: number;
  /** Number of dates that an earlier run has found not over yet today. */
  readonly notOver: number;
  /** Pending dates of running runs, inside and outside of the range. */
  readonly underWay: ReadonlySet<Day>;
  /** The runs of an earlier backfill that are still running. */
  readonly left: readonly (StartedRun & { readonly run: Run })[];
}

/** The trigger of a backfill's runs, also the prefix of their names. */
export const BACKFILL = 'backfill';

/** Finds the dates from `from` to `to` that a run would request, by the planner's own rule; with `again`, all of them. */
export const findOpenDates = async (
  stack: Stack,
  { from, to, again }: { from: Day; to: Day; again?: boolean | undefined },
  { signal, pollMs }: Pick<Following, 'signal' | 'pollMs'>,
): Promise<OpenDates> => {
  const ledger = openLedger(stack);
  const { runs } = ledger;

  /** Waits until the planner has written the dates of the run. Undefined if the run ended before. */
  const plannedRun = async (started: StartedRun) => {
    for (;;) {
      const isOver = (await executionStatus(stack, started)) !== 'RUNNING';
      const open = await runs.get(started.run_id);
      if (open?.planned || isOver || signal.aborted) return open && { ...started, run: open.run };
      await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
  };

  const running = (await Promise.all((await runningRuns(stack)).map(plannedRun))).filter(
    (started) => started !== undefined,
  );
  const underWay = new Set(running.flatMap(({ run }) => outcomesOf(run).pending));

  const asked = daysFrom(from, to);
  const { stored, states } = await findDates(ledger, asked);
  const context = {
    ...currentDatesOf(stack),
    timeZone: timeZoneOf(stack),
    lookBackDays: Number(outputOf(stack, OUTPUT.lookBackDays)),
    plannedThrough: undefined,
  };
  const chosen = new Set<Day>();
  // The planner's rule covers one run, which takes at most so many dates.
  for (const part of chunks(asked, MOST_DATES)) {
    const input = { trigger: BACKFILL, from: part[0], to: part.at(-1), again } as const;
    for (const { date } of chooseDates({ ...context, input }, part, stored, states)) chosen.add(date);
  }
  const needless = asked.filter((date) => !chosen.has(date) && !underWay.has(date));
  const inState = (state: DayEntry['state']): number =>
    needless.filter((date) => !stored.has(date) && states.get(date)?.state === state).length;
  return {
    open: [...chosen].filter((date) => !underWay.has(date)),
    stored: needless.filter((date) => stored.has(date)).length,
    noData: inState('no_data') + inState('accepted'),
    notOver: inState('not_over'),
    underWay,
    left: running.filter(({ run }) => run.trigger === BACKFILL),
  };
};
