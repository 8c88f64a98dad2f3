import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { completeIfDone } from '../../shared/aws/store/complete-run.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createRuns } from '../../shared/aws/store/runs.ts';
import { requireEnv, requireNumberEnv } from '../../shared/core/env.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { parkMessages } from './park-messages.ts';

/** Log-error: logs each dead-letter message, records it in the ledger, and copies it to the parked queue. */
export const createHandler = (dependencies: Dependencies): Handler<SQSEvent, SQSBatchResponse> => {
  const { env, clock, dynamodb, sqs, sfn, console } = dependencies;
  const log = createLog(SERVICE.logError, console);
  const metrics = createMetrics(SERVICE.logError, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const parts = {
    clock,
    log,
    metrics,
    sqs,
    runs: createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays)),
    days: createDays(dynamodb, syncTable),
    parkedQueueUrl: requireEnv(env, ENV.parkedQueueUrl),
    maxReceiveCount: requireNumberEnv(env, ENV.maxReceiveCount),
    completeIfDone: completeIfDone.bind(undefined, sfn),
  };

  const park = async (event: SQSEvent) => {
    try {
      return await parkMessages(event.Records, parts);
    } finally {
      metrics.flush();
    }
  };

  return (
    middy<SQSEvent, PromiseSettledResult<void>[] | SQSBatchResponse>()
      // parkMessages logs each failure, with its message.
      .use(sqsPartialBatchFailure({ logger: () => undefined }))
      .handler(park) as unknown as Handler<SQSEvent, SQSBatchResponse>
  );
};

export const handler = deployed(createHandler);
