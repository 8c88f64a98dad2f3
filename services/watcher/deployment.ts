import { type Deployment, MEMORY_MB, USE_OURA_API_KEY } from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'watcher',
  handler: 'services/watcher/handler.ts',
  description: 'Asks Oura for last night in the morning, and starts a sync once Oura has it',
  timeoutSeconds: 30,
  memoryMb: MEMORY_MB,
  environment: [
    'ouraApiBaseUrl',
    'ouraApiKey',
    'timeZone',
    'requestsPerMinute',
    'ouraSleepTable',
    'ouraSyncTable',
    'syncRun',
    'metricsNamespace',
  ],
  rights: [
    { sid: 'ReadNights', actions: ['dynamodb:BatchGetItem'], on: 'ouraSleepTable' },
    {
      sid: 'KeepMorning',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      on: 'ouraSyncTable',
      // The locks are those of the token and of the rate limit.
      keyPrefixes: ['morning#', 'lock#'],
    },
    USE_OURA_API_KEY,
    { sid: 'StartSync', actions: ['states:StartExecution'], on: 'syncRun' },
  ],
} as const satisfies Deployment;
