import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Dependencies, deployed, type Handler } from '../../shared/aws/runtime/dependencies.ts';
import { lambdaAccessToken } from '../../shared/aws/runtime/lambda-access-token.ts';
import { createLog } from '../../shared/aws/runtime/logger.ts';
import { createMetrics } from '../../shared/aws/runtime/metrics.ts';
import { completeIfDone } from '../../shared/aws/store/complete-run.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { createFirstRecords } from '../../shared/aws/store/first-records.ts';
import { createNewestNight, createNoneBefore } from '../../shared/aws/store/latest-day.ts';
import { createRateLimit } from '../../shared/aws/store/rate-limit.ts';
import { createRuns } from '../../shared/aws/store/runs.ts';
import { createSleepTable } from '../../shared/aws/store/sleep-table.ts';
import { requireEnv, requireNumberEnv } from '../../shared/core/env.ts';
import { ENV, SERVICE } from '../../shared/core/names.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { countCalls, measureCalls } from '../../shared/oura/api/observe-calls.ts';
import { createRateBudget } from '../../shared/oura/pace/budget.ts';
import type { Share } from '../../shared/oura/pace/request-pace.ts';
import { retryBaseMs } from '../../shared/oura/pace/retry-policy.ts';
import { settleBatch } from './settle-batch.ts';

/** The worker: fetches, validates and stores the dates of a batch. Records to retry become batch item failures. */
export const createHandler = (dependencies: Dependencies): Handler<SQSEvent, SQSBatchResponse> => {
  const { env, clock, dynamodb, sqs, sfn, console } = dependencies;
  const log = createLog(SERVICE.worker, console);
  const metrics = createMetrics(SERVICE.worker, requireEnv(env, ENV.metricsNamespace), console);
  const syncTable = requireEnv(env, ENV.ouraSyncTable);
  const token = lambdaAccessToken(dependencies, requireEnv(env, ENV.ouraApiKey), syncTable, log);
  const baseUrl = requireEnv(env, ENV.ouraApiBaseUrl);
  const parts = {
    clock,
    log,
    metrics,
    sqs,
    runs: createRuns(dynamodb, syncTable, clock, requireNumberEnv(env, ENV.runRetentionDays)),
    days: createDays(dynamodb, syncTable),
    rateLimit: createRateLimit(dynamodb, syncTable),
    requestsPerMinute: requireNumberEnv(env, ENV.requestsPerMinute),
    newestNight: createNewestNight(dynamodb, syncTable),
    noneBefore: createNoneBefore(dynamodb, syncTable),
    firstRecords: createFirstRecords(dynamodb, syncTable),
    scopes: token.scopes,
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
    const calls = countCalls(measureCalls(metrics));
    const timeLeft = () => context.getRemainingTimeInMillis();
    const budget = createRateBudget({ ...parts, timeLeft });
    const clientOf = (share: Share) =>
      createOuraClient({
        baseUrl,
        accessToken: () => token.get(timeLeft),
        retryBaseMs: retryBaseMs(parts.retryBaseSeconds),
        timeLeft,
        observe: calls.observe,
        admit: () => budget.admit(share),
      });
    const clients = { whole: clientOf('whole'), backfill: clientOf('backfill') };
    try {
      return await settleBatch(event.Records, clients, {
        ...parts,
        takeRequests: calls.take,
        renewToken: () => token.renew(timeLeft),
      });
    } catch (error: unknown) {
      log.error('The whole batch failed', { messages: event.Records.length }, error);
      throw error;
    } finally {
      metrics.flush();
    }
  };

  // A thrown error becomes "all failed", so Lambda's error metric stays at 0. The alarms watch the queues instead.
  return middy<SQSEvent, PromiseSettledResult<void>[] | SQSBatchResponse>()
    .use(sqsPartialBatchFailure({ logger: (reason: unknown) => log.warn('Kept in the queue', {}, reason) }))
    .handler(settle) as unknown as Handler<SQSEvent, SQSBatchResponse>;
};

export const handler = deployed(createHandler);
