import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ENV, SERVICE } from '../../shared/contract/names.ts';
import { createOuraClient } from '../../shared/oura/client.ts';
import { parameterToken } from '../../shared/oura/credentials.ts';
import { observeCalls } from '../../shared/oura/observe-calls.ts';
import { retryBaseMs } from '../../shared/oura/retry-policy.ts';
import { requireEnv, requireNumberEnv } from '../../shared/runtime/env.ts';
import { createLog } from '../../shared/runtime/logger.ts';
import { createMetrics } from '../../shared/runtime/metrics.ts';
import { deployed, type Handler, type Surroundings } from '../../shared/runtime/surroundings.ts';
import { completeIfDone } from '../../shared/store/complete-run.ts';
import { createDays } from '../../shared/store/days.ts';
import { createNewestNight } from '../../shared/store/newest-night.ts';
import { createRateLimit } from '../../shared/store/rate-limit.ts';
import { createRuns } from '../../shared/store/runs.ts';
import { createSleepTable } from '../../shared/store/sleep-table.ts';
import { settleBatch } from './settle-batch.ts';

/** The worker: fetches, validates and stores the dates of a batch; the records that must come back are its batch item failures. */
export const createHandler = (surroundings: Surroundings): Handler<SQSEvent, SQSBatchResponse> => {
  const { env, clock, dynamodb, sqs, sfn, ssm, console } = surroundings;
  const log = createLog(SERVICE.worker, console);
  const metrics = createMetrics(SERVICE.worker, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const token = parameterToken({ ssm, clock, reference: requireEnv(env, ENV.ouraApiKey) });
  const baseUrl = requireEnv(env, ENV.ouraApiBaseUrl);
  const parts = {
    clock,
    log,
    metrics,
    sqs,
    runs: createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays)),
    days: createDays(dynamodb, syncTable),
    rateLimit: createRateLimit(dynamodb, syncTable),
    newestNight: createNewestNight(dynamodb, syncTable),
    sleepTable: createSleepTable(dynamodb, requireEnv(env, ENV.ouraSleepTable)),
    timeZone: requireEnv(env, ENV.timeZone),
    workQueueUrl: requireEnv(env, ENV.workQueueUrl),
    deadLetterQueueUrl: requireEnv(env, ENV.deadLetterQueueUrl),
    retryBaseSeconds: requireNumberEnv(env, ENV.retryBaseSeconds),
    maxReceiveCount: requireNumberEnv(env, ENV.maxReceiveCount),
    random: Math.random,
    completeIfDone: completeIfDone.bind(undefined, sfn),
  };

  const settle = async (event: SQSEvent, context: Parameters<Handler<SQSEvent, unknown>>[1]) => {
    const client = createOuraClient({
      baseUrl,
      accessToken: () => token.get(),
      retryBaseMs: retryBaseMs(parts.retryBaseSeconds),
      timeLeft: () => context.getRemainingTimeInMillis(),
      observe: observeCalls(metrics),
    });
    try {
      return await settleBatch(event.Records, client, {
        ...parts,
        credentialsRejected: () => token.rejected(),
      });
    } catch (error: unknown) {
      log.error('The batch failed as a whole', { messages: event.Records.length }, error);
      throw error;
    } finally {
      metrics.flush();
    }
  };

  // A thrown error becomes "all failed": Lambda's own error metric stays flat, the alarms watch the queues.
  return middy<SQSEvent, PromiseSettledResult<void>[] | SQSBatchResponse>()
    .use(sqsPartialBatchFailure({ logger: (reason: unknown) => log.warn('Kept in the queue', {}, reason) }))
    .handler(settle) as unknown as Handler<SQSEvent, SQSBatchResponse>;
};

export const handler = deployed(createHandler);
