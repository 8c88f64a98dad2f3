import { setTimeout as sleep } from 'node:timers/promises';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import { readDayStates } from '../../../shared/aws/store/day-states.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import type { Progress } from '../runs/progress.ts';
import { outputOf, type Stack } from '../stack.ts';

/** Consecutive empty readings of the queues after which they count as empty. */
const QUIET_LOOKS = 3;

/** How often to read the queues. `doubtLooks` replaces {@link QUIET_LOOKS} while a date has no new outcome. */
export interface Pace {
  readonly pollMs: number;
  readonly doubtLooks: number;
}

export const PACE = {
  /** The local counts are exact. */
  local: { pollMs: 300, doubtLooks: QUIET_LOOKS },
  /** The counts of SQS may lag by a minute: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
  aws: { pollMs: 1_000, doubtLooks: 60 },
} as const satisfies Readonly<Record<string, Pace>>;

/** The depths of the queues that a function consumes: work and dead-letter. */
export const consumedDepths = (stack: Stack): Promise<number[]> =>
  Promise.all(
    [OUTPUT.workQueueUrl, OUTPUT.deadLetterQueueUrl].map((output) =>
      queueDepth(stack.sqs, outputOf(stack, output)),
    ),
  );

/** The outcome of a date since `before`; undefined until it has one. */
const outcomeOf = (entry: DayEntry, before: DayEntry | undefined) => {
  if (entry.state === 'parked') {
    return entry.last_error?.at !== before?.last_error?.at ? ('failed' as const) : undefined;
  }
  if (entry.state === 'failed' || entry.last_checked_at === before?.last_checked_at) return undefined;
  return entry.state === 'accepted' ? 'no_data' : entry.state;
};

/**
 * Waits until the queues are empty and reports each date as it settles. Returns the dates without a settled outcome, new or
 * earlier: a message may change nothing.
 * @param before the states of the dates before their messages were moved
 */
export const followRedrive = async (
  stack: Stack,
  dates: readonly Day[],
  before: ReadonlyMap<Day, DayEntry>,
  { progress, pace, signal }: { progress: Progress; pace: Pace; signal: AbortSignal },
): Promise<Set<Day>> => {
  const ledger = openLedger(stack);
  progress.total(dates.length);
  const open = new Set(dates);
  let states = before;
  const isBelieved = (quiet: number) => quiet >= (open.size === 0 ? QUIET_LOOKS : pace.doubtLooks);
  for (let quiet = 0; !isBelieved(quiet) && !signal.aborted; ) {
    await sleep(pace.pollMs, undefined, { signal }).catch(() => {});
    states = await readDayStates(ledger, [...open]);
    for (const date of [...open].sort()) {
      const state = states.get(date);
      const outcome = state && outcomeOf(state, before.get(date));
      if (outcome === undefined) continue;
      open.delete(date);
      progress.settled(date, outcome);
    }
    const depths = await consumedDepths(stack);
    quiet = depths.every((count) => count === 0) ? quiet + 1 : 0;
  }
  const isSettled = (date: Day) =>
    ['stored', 'no_data', 'accepted', 'not_over'].includes(states.get(date)?.state ?? '');
  return new Set([...open].filter((date) => !isSettled(date)));
};
