import { COMPLETE_PLAN, type Deployment, MEMORY_MB } from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'logError',
  handler: 'services/log-error/handler.ts',
  description: 'Logs and parks messages that failed permanently',
  timeoutSeconds: { setting: 'logErrorTimeoutSeconds' },
  memoryMb: MEMORY_MB,
  environment: ['ouraSyncTable', 'parkedQueueUrl', 'maxReceiveCount', 'runRetentionDays', 'metricsNamespace'],
  rights: [
    // The function only writes to the ledger. test/acceptance/least-privilege.test.ts fails if it reads.
    { sid: 'UpdateLedger', actions: ['dynamodb:UpdateItem'], on: 'ouraSyncTable' },
    { sid: 'ParkDates', actions: ['sqs:SendMessage'], on: 'parkedQueue' },
    COMPLETE_PLAN,
  ],
  /**
   * Each batch rewrites the item of its run: 15 write units with 1,300 dates. Two batches at once stay far below the 1,000 units
   * per second of one item, and a run takes 13 updates instead of 1,300. Without a reservation, because an account may have
   * no more concurrency to reserve: a throttled invocation only waits.
   */
  source: { queue: 'deadLetterQueue', batchSize: 100, batchingWindowSeconds: 1, concurrency: 2 },
} as const satisfies Deployment;
