import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { MOST_READ, oldestParkedDays } from '../../services/summary/oldest-parked.ts';

const DAY_MS = 86_400_000;

test('reads only the first messages of a long queue, and makes each visible again', async () => {
  const depth = 20_000;
  let [read, given] = [0, 0];
  const send = async (command: object) => {
    if (command instanceof GetQueueAttributesCommand)
      return { Attributes: { ApproximateNumberOfMessages: String(depth) } };
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      given += command.input.Entries?.length ?? 0;
      return {};
    }
    const Messages = Array.from({ length: Math.min(10, depth - read) }, (_, index) => ({
      MessageId: String(read + index),
      ReceiptHandle: String(read + index),
      // The oldest come first.
      Attributes: { SentTimestamp: String(read + index) },
    }));
    read += Messages.length;
    return { Messages };
  };
  const sqs = { send } as unknown as SQSClient;
  const age = await oldestParkedDays({ sqs, url: 'parked', now: 10 * DAY_MS, timeLeft: () => 30_000 });
  expect(age).toBeCloseTo(10);
  expect(read).toBeGreaterThanOrEqual(MOST_READ);
  // Each receiver may have one call in progress.
  expect(read).toBeLessThanOrEqual(MOST_READ + 40);
  expect(given).toBe(read);
});
