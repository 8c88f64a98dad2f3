import {
  COMPLETE_PLAN,
  type Deployment,
  LEDGER_ACTIONS,
  MEMORY_MB,
  USE_OURA_API_KEY,
} from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'planner',
  handler: 'services/planner/handler.ts',
  description: 'Decides which dates to sync and queues them',
  timeoutSeconds: { setting: 'plannerTimeoutSeconds' },
  memoryMb: MEMORY_MB,
  environment: [
    'ouraApiBaseUrl',
    'ouraApiKey',
    'timeZone',
    'requestsPerMinute',
    'ouraSleepTable',
    'ouraSyncTable',
    'workQueueUrl',
    'lookBackDays',
    'runRetentionDays',
    'metricsNamespace',
  ],
  rights: [
    { sid: 'ReadNights', actions: ['dynamodb:BatchGetItem'], on: 'ouraSleepTable' },
    { sid: 'UpdateLedger', actions: LEDGER_ACTIONS, on: 'ouraSyncTable' },
    { sid: 'QueueDates', actions: ['sqs:SendMessage'], on: 'workQueue' },
    USE_OURA_API_KEY,
    // The planner settles the last date of a run that has no dates.
    COMPLETE_PLAN,
  ],
  withWebhooks: {
    rights: [
      // If events remain, they must not wait for the daily run.
      { sid: 'StartNextRun', actions: ['states:StartExecution'], on: 'syncRun' },
    ],
  },
} as const satisfies Deployment;
