import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import pMap from 'p-map';
import { failedAttributes, failureOf } from '../../shared/aws/queue/message-attributes.ts';
import { parseWorkMessage } from '../../shared/aws/queue/parse-work-message.ts';
import { batchesOf, type OutgoingMessage, sendBatch } from '../../shared/aws/queue/send-messages.ts';
import type { Days } from '../../shared/aws/store/days.ts';
import type { OpenRun, Runs } from '../../shared/aws/store/runs.ts';
import { CAUSES } from '../../shared/core/causes.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { AppError, type Consequences, TRANSIENT } from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';

export interface ParkParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricSink;
  readonly runs: Runs;
  readonly days: Days;
  readonly sqs: SQSClient;
  readonly parkedQueueUrl: string;
  /** How often the work queue delivers a message before SQS moves it. */
  readonly maxReceiveCount: number;
  readonly completeIfDone: (open: OpenRun) => Promise<boolean>;
}

/** Concurrent calls. The entries of dates are different items, but they share the capacity of a partition. */
const AT_ONCE = 20;

/** The cause if SQS itself moved a message: the worker never reported a result for it. */
const CRASHED = { name: 'WorkerCrashed', message: CAUSES.WorkerCrashed.sentence } as const;

/** SQS did not take the copy of a message. The message stays on the dead-letter queue and is received again. */
class CopyRejected extends AppError {
  override readonly name = 'CopyRejected';
  override readonly consequences: Consequences = TRANSIENT;
}

/** A message to park, as it is sent to the parked queue. */
interface Parking extends OutgoingMessage {
  readonly record: SQSRecord;
  readonly failure: { readonly name: string; readonly message: string; readonly attempts: number };
  /** Undefined if the message is malformed: it has no date to record and is parked unchanged. */
  readonly work: WorkMessage | undefined;
}

type Dated = Parking & { readonly work: WorkMessage };

/**
 * Parks a batch of failed messages: records their dates in the ledger, then their runs in one update per run, copies the
 * messages to the parked queue with their attributes, and completes the runs without a pending date. A message that
 * a step fails for skips the rest and is a batch item failure: it stays on the dead-letter queue and is received again.
 *
 * The ledger comes first, because its updates can be repeated, and a copy cannot: each is redriven. If the ledger is
 * updated and the copy fails, the next receive finds everything recorded and copies the message. There is a second copy only
 * if SQS took the first and the call still failed, the function ended before it returned, or the run could not
 * be completed, which one message per run must be received again for. Its log line has a receive count above 1.
 */
export const parkMessages = async (
  records: readonly SQSRecord[],
  parts: ParkParts,
): Promise<PromiseSettledResult<void>[]> => {
  const failures = new Map<SQSRecord, unknown>();
  /** Runs `work` for each group. Returns the messages for which no step has failed. */
  const each = async <Group extends readonly Parking[]>(
    groups: readonly Group[],
    work: (group: Group) => Promise<unknown>,
  ): Promise<Group[number][]> => {
    const settle = async (group: Group): Promise<void> => {
      try {
        await work(group);
      } catch (error: unknown) {
        for (const { record } of group) failures.set(record, error);
      }
    };
    await pMap(groups, settle, { concurrency: AT_ONCE });
    return groups.flat().filter(({ record }) => !failures.has(record));
  };

  const messages = records.map((record, index) => toPark(record, String(index), parts));
  const dated = messages.filter((message): message is Dated => message.work !== undefined);
  const malformed = messages.filter(({ work }) => work === undefined);

  const recorded = await each(
    dated.map((message) => [message] as const),
    ([message]) => recordDate(message, parts),
  );
  const open = new Map<string, OpenRun>();
  const settled = await each(byRun(recorded), async (group) => {
    const { run_id } = group[0].work;
    const run = await parts.runs.settle(run_id, { failed: group.map(({ work }) => work.date) });
    if (run) open.set(run_id, run);
  });
  const parked = await each(batchesOf<Parking>([...settled, ...malformed]), async (batch) => {
    for (const { message, error } of await sendBatch(parts.sqs, parts.parkedQueueUrl, batch))
      failures.set(message.record, new CopyRejected(`${error.Code}: ${error.Message}`));
  });

  // One message is enough to receive the run again, if possible one that is received again anyway.
  const signals = byRun(settled).map(
    (group) => [group.find(({ record }) => failures.has(record)) ?? group[0]] as const,
  );
  await each(signals, async ([{ work }]) => {
    const run = open.get(work.run_id);
    if (run) await parts.completeIfDone(run);
  });

  const copied = new Set(parked);
  for (const message of messages) report(message, failures, copied.has(message), parts);
  parts.metrics.count('datesParked', parked.length);
  return records.map((record) =>
    failures.has(record)
      ? { status: 'rejected', reason: failures.get(record) }
      : { status: 'fulfilled', value: undefined },
  );
};

const toPark = (record: SQSRecord, id: string, { maxReceiveCount, log }: ParkParts): Parking => {
  // SQS moves a message after this many receives. The receive count on the dead-letter queue is a different one.
  const crashed = { ...CRASHED, attempts: maxReceiveCount };
  const failure = failureOf(record.messageAttributes) ?? crashed;
  const { attributes, leftOut } = failedAttributes(record.messageAttributes, failure, failure.attempts);
  if (leftOut.length > 0) log.warn('Left out attributes', { message_id: record.messageId, leftOut });
  return { record, failure, work: parseIfValid(record), id, body: record.body, attributes };
};

const parseIfValid = (record: SQSRecord): WorkMessage | undefined => {
  try {
    return parseWorkMessage(record.body);
  } catch {
    return undefined;
  }
};

const byRun = (messages: readonly Dated[]) =>
  [...Map.groupBy(messages, ({ work }) => work.run_id).values()] as [Dated, ...Dated[]][];

const recordDate = (
  { work: { run_id, date }, failure: { attempts, name, message } }: Dated,
  { days, clock }: ParkParts,
): Promise<void> =>
  days.failed(date, {
    state: 'parked',
    run_id,
    attempts,
    at: clock.now(),
    next_check_on: null,
    error: { name, message },
  });

const report = (
  { record, failure, work }: Parking,
  failures: ReadonlyMap<SQSRecord, unknown>,
  isParked: boolean,
  { log }: ParkParts,
): void => {
  const error = failures.get(record);
  const text = error === undefined ? 'Parked' : 'Parked, and received again: its run could not be completed';
  log.error(
    isParked ? text : 'Could not park a message',
    {
      message_id: record.messageId,
      receives: Number(record.attributes.ApproximateReceiveCount),
      run_id: work?.run_id,
      date: work?.date,
      reason: work?.reason,
      failure_name: failure.name,
      failure_message: failure.message,
      attempts: failure.attempts,
    },
    error,
  );
};
