import {
  COMPLETE_PLAN,
  type Deployment,
  LEDGER_ACTIONS,
  MEMORY_MB,
  USE_OURA_API_KEY,
} from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'worker',
  handler: 'services/worker/handler.ts',
  description: 'Fetches, validates and stores the nights of a batch of dates',
  timeoutSeconds: { setting: 'workerTimeoutSeconds' },
  memoryMb: MEMORY_MB,
  environment: [
    'ouraApiBaseUrl',
    'ouraApiKey',
    'timeZone',
    'requestsPerMinute',
    'ouraSleepTable',
    'ouraSyncTable',
    'workQueueUrl',
    'deadLetterQueueUrl',
    'retryBaseSeconds',
    'maxReceiveCount',
    'runRetentionDays',
    'metricsNamespace',
  ],
  rights: [
    {
      sid: 'StoreNights',
      actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'],
      on: 'ouraSleepTable',
    },
    { sid: 'UpdateLedger', actions: LEDGER_ACTIONS, on: 'ouraSyncTable' },
    { sid: 'GiveUpDates', actions: ['sqs:SendMessage'], on: 'deadLetterQueue' },
    USE_OURA_API_KEY,
    COMPLETE_PLAN,
  ],
  source: {
    queue: 'workQueue',
    batchSize: { setting: 'batchSize' },
    batchingWindowSeconds: { setting: 'batchingWindowSeconds' },
    concurrency: { setting: 'concurrency' },
    reservesConcurrency: true,
  },
} as const satisfies Deployment;
