import { object, string } from 'yup';
import { ACCOUNT, arn } from '../template/arn.ts';
import { closed, count, IGNORED } from './properties.ts';
import { resourceType } from './resource.ts';

export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/${ACCOUNT}/${name}`;
export const queueArn = (name: string): string => arn('sqs', name);

export const queue = resourceType({
  type: 'AWS::SQS::Queue',
  properties: object({
    VisibilityTimeout: count(),
    MessageRetentionPeriod: count(),
    DelaySeconds: count(),
    ReceiveMessageWaitTimeSeconds: count(),
    RedrivePolicy: closed(
      object({ deadLetterTargetArn: string().required(), maxReceiveCount: count().min(1).required() }),
    ).default(undefined),
  }),
  ignored: {
    QueueName: IGNORED.name,
    RedriveAllowPolicy: IGNORED.access,
    SqsManagedSseEnabled: IGNORED.encryption,
    KmsMasterKeyId: IGNORED.encryption,
    Tags: IGNORED.inventory,
  },
  identity: (id, { endpoint }) => ({
    Ref: queueUrl(endpoint, id),
    QueueUrl: queueUrl(endpoint, id),
    QueueName: id,
    Arn: queueArn(id),
  }),
  create: ({ logicalId, properties: { RedrivePolicy, ...numbers } }, { sqs, names: { endpoint } }) =>
    sqs.createQueue({
      name: logicalId,
      url: queueUrl(endpoint, logicalId),
      arn: queueArn(logicalId),
      attributes: {
        ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
        ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
      },
    }),
});
