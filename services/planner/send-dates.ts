import type { SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { announcedAttributes, newDateAttributes } from '../../shared/aws/queue/message-attributes.ts';
import { batchesOf, sendBatch } from '../../shared/aws/queue/send-messages.ts';
import { CAUSES } from '../../shared/core/causes.ts';
import type { PlannedDate } from '../../shared/core/choose-dates.ts';
import { AppError, type Consequences } from '../../shared/core/errors.ts';
import { WORK_MESSAGE_VERSION, type WorkMessage } from '../../shared/core/messages.ts';
import { plural } from '../../shared/core/text.ts';

/** Concurrent calls: if a call takes 15 ms, 1,300 dates take 0.2 s. SQS does not keep their order anyway. */
const AT_ONCE = 10;

/** SQS rejected some of the messages. Retryable: the run item has the dates, and sending them twice is harmless. */
export class DatesNotQueued extends AppError {
  override readonly name = 'DatesNotQueued';
  override readonly consequences: Consequences = CAUSES.DatesNotQueued;
  readonly dates: readonly string[];
  constructor(dates: readonly string[]) {
    super(`${plural(dates.length, 'date')} could not be queued`);
    this.dates = dates;
  }
}

/** A date to send. */
export interface DateToSend extends PlannedDate {
  /** Whether neither a night nor a ledger entry was found for it. @default false */
  readonly isNew?: boolean;
  /** The time of the first event of Oura about it (ISO 8601). @default no event */
  readonly announced_at?: string | undefined;
}

/** Sends one message per date to the work queue. Throws {@link DatesNotQueued}. */
export const sendDates = async (
  sqs: SQSClient,
  queueUrl: string,
  run_id: string,
  dates: readonly DateToSend[],
): Promise<void> => {
  const messages = dates.map(({ date, reason, isNew, announced_at }) => ({
    id: date,
    body: JSON.stringify({ version: WORK_MESSAGE_VERSION, run_id, date, reason } satisfies WorkMessage),
    attributes: {
      ...(isNew && newDateAttributes()),
      ...(announced_at !== undefined && announcedAttributes(announced_at)),
    },
  }));
  const send = async (batch: typeof messages): Promise<void> => {
    const rejected = await sendBatch(sqs, queueUrl, batch);
    if (rejected.length > 0) throw new DatesNotQueued(rejected.map(({ message }) => message.id));
  };
  await pMap(batchesOf(messages), send, { concurrency: AT_ONCE });
};
