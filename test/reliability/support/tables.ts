import type { LocalServices } from '../../../services/local/start.ts';
import { openLedger } from '../../../services/operations/ledger.ts';
import { peekMessages } from '../../../services/operations/parked-messages.ts';
import { outputOf } from '../../../services/operations/stack.ts';
import { queueDepth } from '../../../shared/aws/queue/queue-depth.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import type { Day } from '../../../shared/core/day.ts';
import { type DayEntry, dayState, outcomesOf, type Run, statusOf } from '../../../shared/core/ledger.ts';
import { OUTPUT } from '../../../shared/core/names.ts';
import type { SleepRecord } from '../../../shared/core/sleep-record.ts';

/** All data that a pipeline wrote, each list sorted. */
export interface Tables {
  readonly nights: readonly SleepRecord[];
  /** The state of every date that has one. */
  readonly days: readonly DayEntry[];
  /** The oldest first. */
  readonly runs: readonly Run[];
  /** Messages in each queue, in any state. */
  readonly queues: { readonly work: number; readonly dead_letter: number; readonly parked: number };
}

const byDate = (one: { date: Day }, other: { date: Day }): number => one.date.localeCompare(other.date);

const statesOf = (nights: readonly SleepRecord[], entries: readonly DayEntry[]): DayEntry[] => {
  const [nightOn, entryOn] = [nights, entries].map(
    (items) => new Map(items.map((item) => [item.date, item])),
  ) as [Map<Day, SleepRecord>, Map<Day, DayEntry>];
  return [...new Set([...nightOn.keys(), ...entryOn.keys()])].flatMap(
    (date) => dayState(nightOn.get(date), entryOn.get(date)) ?? [],
  );
};

export const readTables = async ({ outputs, clients }: LocalServices, clock: Clock): Promise<Tables> => {
  const ledger = openLedger({ outputs, clock, dynamodb: clients.dynamodb });
  const depth = (output: string) => queueDepth(clients.sqs, outputOf({ outputs }, output));
  const [nights, entries, runs, work, dead_letter, parked] = await Promise.all([
    Array.fromAsync(ledger.sleepTable.scan()),
    Array.fromAsync(ledger.days.scan()),
    ledger.runs.list(),
    depth(OUTPUT.workQueueUrl),
    depth(OUTPUT.deadLetterQueueUrl),
    depth(OUTPUT.parkedQueueUrl),
  ]);
  return {
    nights: nights.sort(byDate),
    days: statesOf(nights, entries).sort(byDate),
    runs: runs.reverse(),
    queues: { work, dead_letter, parked },
  };
};

/** The dates of the messages in the parked queue, each once. */
export const parkedDates = async ({ clients, outputs }: LocalServices): Promise<Day[]> => {
  const parked = await peekMessages(clients.sqs, outputOf({ outputs }, OUTPUT.parkedQueueUrl));
  return [...new Set(parked.flatMap(({ message }) => message?.date ?? []))].sort();
};

/**
 * The data that two runs of the same dates must agree on. Excludes what differs: times (`first_synced_at`, `arrived_at`, `updated_at`,
 * `last_checked_at`, `reason_since`), the run (`run_id`) and the receive count (`attempts`).
 */
export const comparable = ({ nights, days }: Tables): { nights: object[]; days: object[] } => ({
  nights: nights.map(({ first_synced_at, arrived_at, updated_at, ...night }) => night),
  days: days.map(({ run_id, attempts, last_checked_at, reason_since, ...day }) => day),
});

/**
 * The outcome of each date of a run. `stored` and `unchanged` are equal here: if a process dies after it wrote a night, the next
 * one finds the night unchanged.
 */
export const outcomeOf = (run: Run): object => {
  const { stored, unchanged, no_data, failed, pending } = outcomesOf(run);
  return { status: statusOf(run), night: [...stored, ...unchanged].sort(), no_data, failed, pending };
};
