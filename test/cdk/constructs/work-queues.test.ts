import { synthesize } from '../../../cdk/synthesize.ts';
import { arnOf, find, resource, same } from '../template-facts.ts';

const template = synthesize();
const queue = (id: string) => resource(template, id).Properties;
const ALL = ['WorkQueue', 'DeadLetterQueue', 'ParkedQueue'];

test('moves a message to the dead-letter queue, and then to the parked queue, after five receives each', () => {
  expect(queue('WorkQueue')['RedrivePolicy']).toEqual({
    deadLetterTargetArn: arnOf('DeadLetterQueue'),
    maxReceiveCount: 5,
  });
  expect(queue('DeadLetterQueue')['RedrivePolicy']).toEqual({
    deadLetterTargetArn: arnOf('ParkedQueue'),
    maxReceiveCount: 5,
  });
  expect(queue('ParkedQueue')['RedrivePolicy']).toBeUndefined();
});

test('limits the receives of a date to the setting, and passes the limit to the worker', () => {
  const changed = synthesize({ maxReceiveCount: 3 });
  expect(resource(changed, 'WorkQueue').Properties['RedrivePolicy']).toMatchObject({ maxReceiveCount: 3 });
  expect(resource(changed, 'Worker').Properties['Environment']).toMatchObject({
    Variables: { MAX_RECEIVE_COUNT: '3' },
  });
});

test('sets the visibility timeout to 6 times the function timeout plus the batching window', () => {
  expect(queue('WorkQueue')['VisibilityTimeout']).toBe(6 * 60 + 1);
  expect(queue('DeadLetterQueue')['VisibilityTimeout']).toBe(6 * 30 + 1);
  const changed = synthesize({
    workerTimeoutSeconds: 100,
    batchingWindowSeconds: 7,
    logErrorTimeoutSeconds: 20,
  });
  expect(resource(changed, 'WorkQueue').Properties['VisibilityTimeout']).toBe(607);
  expect(resource(changed, 'Worker').Properties['Timeout']).toBe(100);
  expect(resource(changed, 'DeadLetterQueue').Properties['VisibilityTimeout']).toBe(121);
  expect(resource(changed, 'LogError').Properties['Timeout']).toBe(20);
});

test.each(ALL)('keeps the messages of %s for 14 days, the maximum of SQS', (id) => {
  expect(queue(id)['MessageRetentionPeriod']).toBe(14 * 86_400);
});

test.each(ALL)('encrypts %s at rest', (id) => {
  expect(queue(id)['SqsManagedSseEnabled']).toBe(true);
});

test.each(ALL)('rejects requests to %s without TLS', (id) => {
  const policy = find(template, 'AWS::SQS::QueuePolicy', ({ Queues }) => same(Queues, [{ Ref: id }]));
  expect(policy.Properties['PolicyDocument']).toMatchObject({
    Statement: [
      {
        Effect: 'Deny',
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Resource: arnOf(id),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
});

test('allows no queue to use the work queue as its dead-letter queue', () => {
  expect(queue('WorkQueue')['RedriveAllowPolicy']).toEqual({ redrivePermission: 'denyAll' });
});

test('allows the parked queue as a dead-letter queue, which moving messages from it requires', () => {
  expect(queue('ParkedQueue')['RedriveAllowPolicy']).toBeUndefined();
});
