import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { newDateAttributes } from '../../shared/aws/queue/message-attributes.ts';
import { CAUSES } from '../../shared/core/causes.ts';
import type { PlannedDate } from '../../shared/core/choose-dates.ts';
import { chunks } from '../../shared/core/chunks.ts';
import { AppError, type Consequences } from '../../shared/core/errors.ts';
import { WORK_MESSAGE_VERSION, type WorkMessage } from '../../shared/core/messages.ts';

/** SendMessageBatch accepts at most 10 entries [SQS]. */
const BATCH = 10;
/** Concurrent calls: if a call takes 15 ms, 3,650 dates take half a second. SQS does not keep their order anyway. */
const AT_ONCE = 10;

/** SQS rejected some of the messages. Retryable: the run item has the dates, and sending them twice is harmless. */
export class DatesNotQueued extends AppError {
  override readonly name = 'DatesNotQueued';
  override readonly consequences: Consequences = CAUSES.DatesNotQueued;
  readonly dates: readonly string[];
  constructor(dates: readonly string[]) {
    super(`${dates.length} dates could not be queued`);
    this.dates = dates;
  }
}

const TRIES = 3;

/** A date to send. */
export interface DateToSend extends PlannedDate {
  /** Whether neither a night nor a ledger entry was found for it. @default false */
  readonly isNew?: boolean;
}

/** Sends one message per date to the work queue. Resends entries that SQS rejects. Throws {@link DatesNotQueued}. */
export const sendDates = async (
  sqs: SQSClient,
  queueUrl: string,
  run_id: string,
  dates: readonly DateToSend[],
): Promise<void> => {
  const send = async (entries: readonly DateToSend[]): Promise<void> => {
    let left = entries;
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > TRIES) throw new DatesNotQueued(left.map(({ date }) => date));
      const reply = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: left.map(({ date, reason, isNew }) => ({
            Id: date,
            MessageBody: JSON.stringify({
              version: WORK_MESSAGE_VERSION,
              run_id,
              date,
              reason,
            } satisfies WorkMessage),
            ...(isNew && { MessageAttributes: newDateAttributes() }),
          })),
        }),
      );
      const refused = new Set(reply.Failed?.map(({ Id }) => Id));
      left = left.filter(({ date }) => refused.has(date));
    }
  };
  await pMap(chunks(dates, BATCH), send, { concurrency: AT_ONCE });
};
