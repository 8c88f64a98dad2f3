import { type Deployment, LEDGER_ACTIONS, MEMORY_MB } from '../../shared/core/deployment.ts';

export const deployment = {
  name: 'summary',
  handler: 'services/summary/handler.ts',
  description: 'Closes a run and reports it',
  timeoutSeconds: { setting: 'summaryTimeoutSeconds' },
  memoryMb: MEMORY_MB,
  environment: ['ouraSyncTable', 'parkedQueueUrl', 'runRetentionDays', 'timeZone', 'metricsNamespace'],
  rights: [
    { sid: 'UpdateLedger', actions: LEDGER_ACTIONS, on: 'ouraSyncTable' },
    {
      sid: 'ReadParked',
      actions: ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'],
      on: 'parkedQueue',
    },
  ],
} as const satisfies Deployment;
