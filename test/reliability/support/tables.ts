import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { openLedger } from '../../../services/cli/ledger.ts';
import type { LocalServices } from '../../../services/local/start.ts';
import type { Day } from '../../../shared/contract/day.ts';
import { type DayEntry, outcomesOf, type Run, statusOf } from '../../../shared/contract/ledger.ts';
import { OUTPUT } from '../../../shared/contract/names.ts';
import type { SleepRecord } from '../../../shared/contract/sleep-record.ts';
import { parseWorkMessage } from '../../../shared/queue/parse-work-message.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';

/** Everything that a pipeline has written, each list in order. */
export interface Tables {
  readonly nights: readonly SleepRecord[];
  readonly days: readonly DayEntry[];
  /** The oldest first. */
  readonly runs: readonly Run[];
  /** Messages in each queue, in whatever state. */
  readonly queues: { readonly work: number; readonly dead_letter: number; readonly parked: number };
}

const DEPTHS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

const depthOf = async (sqs: SQSClient, QueueUrl: string | undefined): Promise<number> => {
  const reply = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...DEPTHS] }));
  return DEPTHS.reduce((sum, name) => sum + Number(reply.Attributes?.[name]), 0);
};

const byDate = (one: { date: Day }, other: { date: Day }): number => one.date.localeCompare(other.date);

export const readTables = async ({ outputs, clients }: LocalServices, clock: Clock): Promise<Tables> => {
  const ledger = openLedger({ outputs, dynamodb: clients.dynamodb }, clock);
  const depth = (output: string) => depthOf(clients.sqs, outputs[output]);
  const [nights, days, runs, work, dead_letter, parked] = await Promise.all([
    Array.fromAsync(ledger.sleepTable.scan()),
    Array.fromAsync(ledger.days.scan()),
    ledger.runs.list(),
    depth(OUTPUT.workQueueUrl),
    depth(OUTPUT.deadLetterQueueUrl),
    depth(OUTPUT.parkedQueueUrl),
  ]);
  return {
    nights: nights.sort(byDate),
    days: days.sort(byDate),
    runs: runs.reverse(),
    queues: { work, dead_letter, parked },
  };
};

const PEEK_SECONDS = 4;

/** The dates of the messages in the parked queue, each once. They are only looked at: when this resolves, they show again. */
export const parkedDates = async ({ clients, outputs }: LocalServices): Promise<Day[]> => {
  const dates = new Set<Day>();
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: outputs[OUTPUT.parkedQueueUrl],
        MaxNumberOfMessages: 10,
        VisibilityTimeout: PEEK_SECONDS,
      }),
    );
    for (const { Body = '' } of Messages) dates.add(parseWorkMessage(Body).date);
    if (Messages.length === 0) break;
  }
  await sleep(PEEK_SECONDS * 1000);
  return [...dates].sort();
};

/**
 * What two runs of the same dates must agree on. Left out, because it must differ: when (`first_synced_at`,
 * `updated_at`, `last_checked_at`, `reason_since`), by which run (`run_id`), and at which receive (`attempts`).
 */
export const comparable = ({ nights, days }: Tables): { nights: object[]; days: object[] } => ({
  nights: nights.map(({ first_synced_at, updated_at, ...night }) => night),
  days: days.map(({ run_id, attempts, last_checked_at, reason_since, ...day }) => day),
});

/**
 * How a run ended, date by date. `stored` and `unchanged` are one: a night that was written by a process that died before
 * it could say so is found unchanged by the next one.
 */
export const outcomeOf = (run: Run): object => {
  const { stored, unchanged, no_data, failed, pending } = outcomesOf(run);
  return { status: statusOf(run), night: [...stored, ...unchanged].sort(), no_data, failed, pending };
};
