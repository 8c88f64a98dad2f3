import { COMPLETE_PLAN, type Deployment, MEMORY_MB } from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'logError',
  handler: 'services/log-error/handler.ts',
  description: 'Logs and parks messages that failed permanently',
  timeoutSeconds: { setting: 'logErrorTimeoutSeconds' },
  memoryMb: MEMORY_MB,
  environment: ['ouraSyncTable', 'parkedQueueUrl', 'maxReceiveCount', 'runRetentionDays', 'metricsNamespace'],
  rights: [
    // The function only writes to the ledger. test/cdk/least-privilege.test.ts fails if it reads.
    { sid: 'UpdateLedger', actions: ['dynamodb:UpdateItem'], on: 'ouraSyncTable' },
    { sid: 'ParkDates', actions: ['sqs:SendMessage'], on: 'parkedQueue' },
    COMPLETE_PLAN,
  ],
  // SQS needs no batching window for up to ten messages.
  source: { queue: 'deadLetterQueue', batchSize: 10 },
} as const satisfies Deployment;
