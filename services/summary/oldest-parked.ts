import type { SQSClient } from '@aws-sdk/client-sqs';
import { queueDepth } from '../../shared/aws/queue/queue-depth.ts';
import { receiveAll } from '../../shared/aws/queue/receive-all.ts';
import { MS_PER_DAY } from '../../shared/core/day.ts';

/** Reads about 4,000 messages per second at 10 ms per call. */
const RECEIVERS = 4;

/**
 * The most messages that are read, and then made visible again one call after another: 200 calls, or a few seconds. With all
 * 20,000 of a long outage, the function timed out, its run failed, and a redrive found no visible message for minutes.
 */
export const MOST_READ = 2_000;

/** Time for making the messages visible again, and for the rest of the invocation. */
const RESERVED_MS = 12_000;

export interface ParkedQueue {
  readonly sqs: SQSClient;
  readonly url: string;
  /** Epoch ms. */
  readonly now: number;
  /** In ms, of the invocation. */
  readonly timeLeft: () => number;
}

/**
 * Returns the age of the oldest parked message in days, 0 if none is parked. SQS deletes a message by its SentTimestamp. The
 * metric ApproximateAgeOfOldestMessage is no substitute: it restarts when SQS moves a message to a dead-letter queue, and it
 * leaves out messages that were received three times or more.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
 *
 * If there are too many messages, or too little time to read all of them, the oldest one that was read counts. SQS returns
 * the messages of a standard queue roughly in their order.
 */
export const oldestParkedDays = async ({ sqs, url, now, timeLeft }: ParkedQueue): Promise<number> => {
  // An empty queue is the normal case, and a long poll of it takes a second. The depth of a queue at rest is exact.
  if ((await queueDepth(sqs, url)) === 0) return 0;
  let oldest = now;
  let read = 0;
  await receiveAll(
    sqs,
    url,
    async (messages) => {
      read += messages.length;
      for (const { Attributes } of messages)
        oldest = Math.min(oldest, Number(Attributes?.SentTimestamp ?? now));
      return [];
    },
    { receivers: RECEIVERS, isLate: () => read >= MOST_READ || timeLeft() < RESERVED_MS },
  );
  return (now - oldest) / MS_PER_DAY;
};
