import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

const COUNTS = {
  visible: 'ApproximateNumberOfMessages',
  inFlight: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;

/** The number of messages in a queue by their state. Approximate on AWS, exact on one machine. */
export type MessageCounts = Readonly<Record<keyof typeof COUNTS, number>>;

export const countMessages = async (sqs: SQSClient, queueUrl: string): Promise<MessageCounts> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: Object.values(COUNTS) }),
  );
  const count = (state: keyof typeof COUNTS) => Number(Attributes?.[COUNTS[state]] ?? 0);
  return { visible: count('visible'), inFlight: count('inFlight'), delayed: count('delayed') };
};

/** The number of all messages in the queue. */
export const queueDepth = async (sqs: SQSClient, queueUrl: string): Promise<number> => {
  const { visible, inFlight, delayed } = await countMessages(sqs, queueUrl);
  return visible + inFlight + delayed;
};

/** The ARN of the queue at `queueUrl`. */
export const queueArn = async (sqs: SQSClient, queueUrl: string): Promise<string> => {
  const reply = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  return reply.Attributes?.['QueueArn'] ?? '';
};
