import { setTimeout as sleep } from 'node:timers/promises';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { DayEntry } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import { openLedger } from '../ledger.ts';
import type { Progress } from '../runs/progress.ts';
import { outputOf, type Stack } from '../stack.ts';

/** Looks at empty queues before they are believed. */
const QUIET_LOOKS = 3;

/** How often to look, and for how many looks empty queues are not believed while a date has no new word. */
export interface Pace {
  readonly pollMs: number;
  readonly doubtLooks: number;
}

export const PACE = {
  /** Counts are exact here. */
  local: { pollMs: 300, doubtLooks: QUIET_LOOKS },
  /** SQS's counts may lag by a minute: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
  aws: { pollMs: 1_000, doubtLooks: 60 },
} as const satisfies Readonly<Record<string, Pace>>;

/** The depths of the queues that a function consumes: work and dead-letter. */
export const consumedDepths = (stack: Stack): Promise<number[]> =>
  Promise.all(
    [OUTPUT.workQueueUrl, OUTPUT.deadLetterQueueUrl].map((output) =>
      queueDepth(stack.sqs, outputOf(stack, output)),
    ),
  );

/** How a date ended since `before`; undefined while it has not. */
const outcomeOf = (entry: DayEntry, before: DayEntry | undefined) => {
  if (entry.state === 'parked') {
    return entry.last_error?.at !== before?.last_error?.at ? ('failed' as const) : undefined;
  }
  if (entry.state === 'failed' || entry.last_checked_at === before?.last_checked_at) return undefined;
  return entry.state;
};

/**
 * Waits until nothing is under way any more, reporting each date as it ends, and returns the dates that have no settled word
 * then: neither a new one, nor an older one that their message had nothing to add to.
 * @param before what the ledger knew of the dates before their messages were moved
 */
export const followRedrive = async (
  stack: Stack,
  dates: readonly Day[],
  before: ReadonlyMap<Day, DayEntry>,
  { progress, pace, signal }: { progress: Progress; pace: Pace; signal: AbortSignal },
): Promise<Set<Day>> => {
  const { days } = openLedger(stack);
  progress.total(dates.length);
  const open = new Set(dates);
  let entries = before;
  const isBelieved = (quiet: number) => quiet >= (open.size === 0 ? QUIET_LOOKS : pace.doubtLooks);
  for (let quiet = 0; !isBelieved(quiet) && !signal.aborted; ) {
    await sleep(pace.pollMs, undefined, { signal }).catch(() => {});
    entries = await days.get([...open]);
    for (const date of [...open].sort()) {
      const entry = entries.get(date);
      const outcome = entry && outcomeOf(entry, before.get(date));
      if (outcome === undefined) continue;
      open.delete(date);
      progress.settled(date, outcome);
    }
    const depths = await consumedDepths(stack);
    quiet = depths.every((count) => count === 0) ? quiet + 1 : 0;
  }
  const isSettled = (date: Day) => ['stored', 'no_data'].includes(entries.get(date)?.state ?? '');
  return new Set([...open].filter((date) => !isSettled(date)));
};
