import { array, boolean, object, string } from 'yup';
import { acceptsWrites } from '../data-folder/write-durably.ts';
import { startPoller } from '../emulators/poller.ts';
import { STOP_GRACE_SECONDS } from '../emulators/stop-grace.ts';
import { nameInArn } from '../template/arn.ts';
import { closed, count, IGNORED } from './properties.ts';
import { queueUrl } from './queue.ts';
import { resourceType } from './resource.ts';

export const eventSourceMapping = resourceType({
  type: 'AWS::Lambda::EventSourceMapping',
  properties: object({
    EventSourceArn: string().required(),
    FunctionName: string().required(),
    BatchSize: count().min(1).default(10),
    MaximumBatchingWindowInSeconds: count().default(0),
    FunctionResponseTypes: array(
      string()
        .oneOf(['ReportBatchItemFailures'] as const)
        .required(),
    ).default([]),
    ScalingConfig: closed(object({ MaximumConcurrency: count().min(1) })).default(undefined),
    Enabled: boolean().default(true),
  }),
  ignored: { Tags: IGNORED.inventory },
  start: ({ logicalId, properties }, { sqs, clients, functions, console, names, dataDir, refusals }) => {
    const queue = nameInArn(properties.EventSourceArn);
    const isEmpty = () => sqs.depth(queue) === 0;
    if (!properties.Enabled) return { isIdle: isEmpty, end: () => undefined };
    const poller = startPoller(
      {
        name: logicalId,
        queueArn: properties.EventSourceArn,
        queueUrl: queueUrl(names.endpoint, queue),
        functionName: nameInArn(properties.FunctionName),
        batchSize: properties.BatchSize,
        windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
        concurrency: properties.ScalingConfig?.MaximumConcurrency,
        reportsFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      },
      {
        ...{ sqs: clients.sqs, functions, console, wakePollers: sqs.wakePollers },
        isUsable: () => refusals.oldest() === undefined || acceptsWrites(dataDir),
      },
    );
    // Waits only once for invocations that exceed the grace period.
    let drained: Promise<void> | undefined;
    const drain = (): Promise<void> => {
      drained ??= poller.end(STOP_GRACE_SECONDS * 1000);
      return drained;
    };
    return {
      isIdle: () => poller.running() === 0 && isEmpty(),
      drain,
      end: drain,
    };
  },
});
