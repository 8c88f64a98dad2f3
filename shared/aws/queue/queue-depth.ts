import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

const DEPTHS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** The number of visible, in-flight and delayed messages in the queue. Approximate on AWS, exact on one machine. */
export const queueDepth = async (sqs: SQSClient, queueUrl: string): Promise<number> => {
  const reply = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...DEPTHS] }),
  );
  return DEPTHS.reduce((sum, name) => sum + Number(reply.Attributes?.[name] ?? 0), 0);
};

/** The ARN of the queue at `queueUrl`. */
export const queueArn = async (sqs: SQSClient, queueUrl: string): Promise<string> => {
  const reply = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  return reply.Attributes?.['QueueArn'] ?? '';
};
