import { readDayStates } from '../../../shared/aws/store/day-states.ts';
import { iso } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import { type Outcome, outcomesOf, type Run } from '../../../shared/core/ledger.ts';
import { plural } from '../../../shared/core/text.ts';
import { openLedger } from '../../operations/ledger.ts';
import { hiddenSentence, type ParkedMessage } from '../../operations/parked-messages.ts';
import { followRedrive } from '../../operations/redrive/follow-redrive.ts';
import { moveMessages } from '../../operations/redrive/move-messages.ts';
import { endOfRedrive, planRedrive, type RedriveEnd } from '../../operations/redrive/redrive-dates.ts';
import type { StartedRun } from '../../operations/runs/executions.ts';
import { followRun } from '../../operations/runs/follow-run.ts';
import { summaryOf } from '../../operations/status/sync-state.ts';
import type { RunRow, WorkRow } from './api.ts';
import type { DashboardStack } from './dashboard-stack.ts';

/** How work reports on itself, and what it may do after an error. */
export interface Reporter {
  report(changes: Partial<WorkRow>): void;
  /** Calls `follow` again after an error, such as a network that is down, because the work itself goes on. */
  untilFollowed<T>(follow: () => Promise<T>): Promise<T>;
  /** Aborts when the server of the page stops. The work continues. */
  readonly signal: AbortSignal;
}

/** How many of the dates are parked. */
const countParked = async (stack: DashboardStack, dates: readonly Day[]): Promise<number> => {
  const states = await readDayStates(openLedger(stack), dates);
  return dates.filter((date) => states.get(date)?.state === 'parked').length;
};

/** Follows a run to its end, and returns what has changed then. */
export const followSync = async (
  stack: DashboardStack,
  started: StartedRun,
  { report, untilFollowed, signal }: Reporter,
): Promise<Partial<WorkRow>> => {
  const look = { signal, pollMs: stack.lookMs };
  const ended = await untilFollowed(() =>
    followRun(stack, started, {
      ...look,
      look: ({ run }) => report(summaryOf({ ...run, finished_at: null }, true)),
    }),
  );
  if (!ended) return {};
  const { run, status } = ended;
  if (!run) return { status: 'failed', note: `The run ended before it chose its dates: ${status}.` };
  const { failed } = outcomesOf(run);
  return { ...summaryOf(run, true), parked: await untilFollowed(() => countParked(stack, failed)) };
};

type Outcomes = ReadonlyMap<Day, Outcome | 'not_over'>;

/** A redrive in the form of a run, so that its counts and its status follow the same rules. */
const asRun = (row: RunRow, dates: readonly Day[], outcomes: Outcomes, finished_at: string | null): Run => {
  const having = (outcome: Outcome | 'not_over') => dates.filter((date) => outcomes.get(date) === outcome);
  const { run_id, trigger, started_at } = row;
  return {
    ...{ run_id, trigger, started_at, finished_at, cause: null, requests: 0, remarks: [] },
    pending: dates.filter((date) => !outcomes.has(date)),
    stored: having('stored'),
    unchanged: having('unchanged'),
    no_data: having('no_data'),
    not_over: having('not_over'),
    failed: having('failed'),
  };
};

/** How the settled dates of a redrive ended. Each message settles its date in the run that queued it. */
const outcomesOfSettled = async (
  stack: DashboardStack,
  parked: readonly ParkedMessage[],
  settled: readonly Day[],
): Promise<Outcomes> => {
  const ledger = openLedger(stack);
  const ids = new Set(parked.flatMap(({ message }) => message?.run_id ?? []));
  const runs = await Promise.all([...ids].map((run_id) => ledger.runs.get(run_id)));
  const unchanged = new Set(runs.flatMap((open) => (open ? outcomesOf(open.run).unchanged : [])));
  const states = await readDayStates(ledger, settled);
  const outcomeOf = (date: Day): Outcome | 'not_over' => {
    const state = states.get(date)?.state;
    if (state === 'not_over') return state;
    if (state !== 'stored') return 'no_data';
    return unchanged.has(date) ? 'unchanged' : 'stored';
  };
  return new Map(settled.map((date) => [date, outcomeOf(date)]));
};

/** What remains to be done after a redrive, in sentences. */
const noteOf = async (stack: DashboardStack, { unreadable, others }: RedriveEnd): Promise<string | null> => {
  const { command } = await stack.situation();
  const sentences = [
    ...(unreadable > 0
      ? [
          `No redrive can help ${plural(unreadable, 'malformed message')}: to remove the malformed ones, run ${command('redrive', '--discard-malformed')}.`,
        ]
      : []),
    ...(others > 0 ? [hiddenSentence(others)] : []),
  ];
  return sentences.length > 0 ? sentences.join(' ') : null;
};

/**
 * Moves every parked message to the work queue, and follows the dates until the queues are empty. Returns what has changed
 * then. Throws the errors of `moveMessages`, before which nothing has happened.
 */
export const runRedrive = async (
  stack: DashboardStack,
  row: RunRow,
  { report, untilFollowed, signal }: Reporter,
): Promise<Partial<WorkRow>> => {
  const ledger = openLedger(stack);
  const { parked, hidden, dates } = await planRedrive(stack);
  const before = await readDayStates(ledger, dates);
  const outcomes = new Map<Day, Outcome | 'not_over'>();
  const reportCounts = () => report(summaryOf(asRun(row, dates, outcomes, null), true));
  reportCounts();
  const moved = parked.length > 0 ? await moveMessages(stack, { signal }) : 0;
  const progress = {
    total: () => {},
    settled: (date: Day, outcome: Outcome | 'not_over') => {
      outcomes.set(date, outcome);
      reportCounts();
    },
  };
  const following = { progress, pace: stack.pace, signal };
  const open = await untilFollowed(() => followRedrive(stack, dates, before, following));
  if (signal.aborted) return {};
  const unmoved = Math.max(0, parked.length + hidden - moved);
  const end = await untilFollowed(() => endOfRedrive(stack, dates, open, unmoved));
  const settled = dates.filter((date) => !open.has(date) && !end.again.includes(date));
  const ended = await untilFollowed(() => outcomesOfSettled(stack, parked, settled));
  const failed = end.again.map((date) => [date, 'failed'] as const);
  const finished_at = iso(stack.clock.now());
  const { counts, status } = summaryOf(asRun(row, dates, new Map([...ended, ...failed]), finished_at), true);
  return { counts, status, finished_at, parked: end.again.length, note: await noteOf(stack, end) };
};
