import { setTimeout as sleep } from 'node:timers/promises';
import { chooseDates } from '../../../shared/core/choose-dates.ts';
import { chunks } from '../../../shared/core/chunks.ts';
import { type Day, daysFrom } from '../../../shared/core/day.ts';
import { outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import { MOST_DATES } from '../../../shared/core/messages.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import { executionStatus, runningRuns, type StartedRun } from '../runs/executions.ts';
import type { Following } from '../runs/follow-run.ts';
import { outputOf, type Stack, timeZoneOf, todayOf } from '../stack.ts';

/** The dates of a backfill, by what is known of them before it begins. */
export interface OpenDates {
  /** What a run would ask for now, in order, less what is under way. */
  readonly open: readonly Day[];
  /** How many have a night, and none that is due for a re-read. */
  readonly stored: number;
  /** How many are known to have no data, for good or as of today. */
  readonly noData: number;
  /** What runs under way are asking for, in the range or not. */
  readonly underWay: ReadonlySet<Day>;
  /** The runs of an earlier backfill that are still under way, as they stand. */
  readonly left: readonly (StartedRun & { readonly run: Run })[];
}

/** The trigger of a backfill's runs, in their input and as the beginning of their names. */
export const BACKFILL = 'backfill';

/** Looks which of the dates from `from` to `to` a run would ask for, by the planner's own rule. */
export const findOpenDates = async (
  stack: Stack,
  { from, to }: { from: Day; to: Day },
  { signal, pollMs }: Pick<Following, 'signal' | 'pollMs'>,
): Promise<OpenDates> => {
  const { runs, days, sleepTable } = openLedger(stack);

  /** The run as it stands once its dates are written, which may take a moment yet; undefined where it ended without. */
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
  const [stored, entries] = await Promise.all([sleepTable.stored(asked), days.get(asked)]);
  const context = {
    today: todayOf(stack),
    timeZone: timeZoneOf(stack),
    lookBackDays: Number(outputOf(stack, OUTPUT.lookBackDays)),
    plannedThrough: undefined,
  };
  const chosen = new Set<Day>();
  // The planner's rule is that of one run, which takes so many dates at most.
  for (const part of chunks(asked, MOST_DATES)) {
    const input = { trigger: BACKFILL, from: part[0], to: part.at(-1) } as const;
    for (const { date } of chooseDates({ ...context, input }, part, stored, entries)) chosen.add(date);
  }
  const needless = asked.filter((date) => !chosen.has(date) && !underWay.has(date));
  return {
    open: [...chosen].filter((date) => !underWay.has(date)),
    stored: needless.filter((date) => stored.has(date)).length,
    noData: needless.filter((date) => !stored.has(date)).length,
    underWay,
    left: running.filter(({ run }) => run.trigger === BACKFILL),
  };
};
