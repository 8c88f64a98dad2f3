import { type Deployment, MEMORY_MB } from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'receiver',
  handler: 'services/receiver/handler.ts',
  description: 'Checks and keeps the events of Oura, and starts a sync',
  // Oura waits 10 s for the response.
  timeoutSeconds: 10,
  memoryMb: MEMORY_MB,
  environment: ['ouraSyncTable', 'webhookSecret', 'syncRun', 'metricsNamespace'],
  rights: [
    // Anyone can send a request to this function, so it has no right on nights, on the connection, or on the rest of the ledger.
    {
      sid: 'RecallEvents',
      actions: ['dynamodb:BatchGetItem'],
      on: 'ouraSyncTable',
      keyPrefixes: ['webhook#event#', 'webhook#user'],
    },
    {
      sid: 'KeepEvents',
      actions: ['dynamodb:UpdateItem'],
      on: 'ouraSyncTable',
      keyPrefixes: ['webhook#pending'],
    },
    { sid: 'ReadWebhookSecret', actions: ['ssm:GetParameter'], on: 'webhookParameter' },
    { sid: 'StartSync', actions: ['states:StartExecution'], on: 'syncRun' },
  ],
  // Two, so that a flood cannot take the concurrency of the other functions.
  reservedConcurrency: 2,
} as const satisfies Deployment;
