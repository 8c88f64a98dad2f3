import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { copiedAttributes, failureAttributes, failureOf } from '../../shared/aws/queue/message-attributes.ts';
import { parseWorkMessage } from '../../shared/aws/queue/parse-work-message.ts';
import type { Days } from '../../shared/aws/store/days.ts';
import type { OpenRun, Runs } from '../../shared/aws/store/runs.ts';
import { CAUSES } from '../../shared/core/causes.ts';
import type { Clock } from '../../shared/core/clock.ts';
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

/** The cause if SQS itself moved a message: the worker never reported a result for it. */
const CRASHED = { name: 'WorkerCrashed', message: CAUSES.WorkerCrashed.sentence } as const;

/**
 * Logs a failed message, records it in the ledger, and copies it to the parked queue with all its attributes.
 * A repeated call is harmless: the ledger accepts the same entry, and a second parked copy is only redriven twice.
 * The caller may acknowledge the original after this returns. Until then, it stays on the dead-letter queue.
 */
export const parkMessage = async (record: SQSRecord, parts: ParkParts): Promise<void> => {
  const failure = failureOf(record.messageAttributes) ?? {
    ...CRASHED,
    // SQS moves a message after this many receives. The receive count on the dead-letter queue is a different one.
    attempts: parts.maxReceiveCount,
  };
  const message = parseIfValid(record);
  parts.log.error('Parked', {
    message_id: record.messageId,
    run_id: message?.run_id,
    date: message?.date,
    reason: message?.reason,
    failure_name: failure.name,
    failure_message: failure.message,
    attempts: failure.attempts,
  });
  const open = message && (await recordFailure(message, failure, parts));
  await parts.sqs.send(
    new SendMessageCommand({
      QueueUrl: parts.parkedQueueUrl,
      MessageBody: record.body,
      MessageAttributes: {
        ...copiedAttributes(record.messageAttributes),
        ...failureAttributes(failure, failure.attempts),
      },
    }),
  );
  if (open) await parts.completeIfDone(open);
  parts.metrics.count('datesParked', 1);
};

/** A malformed message has no date to record, so it is logged and parked unchanged. */
const parseIfValid = (record: SQSRecord): WorkMessage | undefined => {
  try {
    return parseWorkMessage(record.body);
  } catch {
    return undefined;
  }
};

const recordFailure = async (
  { run_id, date }: WorkMessage,
  failure: { name: string; message: string; attempts: number },
  { days, runs, clock }: ParkParts,
): Promise<OpenRun | undefined> => {
  await days.failed(date, {
    state: 'parked',
    run_id,
    attempts: failure.attempts,
    at: clock.now(),
    next_check_on: null,
    error: { name: failure.name, message: failure.message },
  });
  return runs.settle(run_id, { failed: [date] });
};
