import { Fn } from 'aws-cdk-lib/core';
import { type ENV, LOGICAL_ID, SSM_REFERENCE } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import type { SleepTables } from './sleep-tables.ts';
import type { WorkQueues } from './work-queues.ts';

export interface EnvironmentProps {
  readonly settings: Settings;
  readonly tables: SleepTables;
  readonly queues: WorkQueues;
}

/** Returns the values of all environment variables. services/<function>/deployment.ts lists those of a function. */
export const environmentOf = ({
  settings,
  tables,
  queues,
}: EnvironmentProps): Readonly<Record<keyof typeof ENV, string>> => ({
  ouraSleepTable: tables.sleep.tableName,
  ouraSyncTable: tables.sync.tableName,
  ouraApiKey: `${SSM_REFERENCE}${settings.ouraApiKeyParameter}`,
  ouraApiBaseUrl: settings.ouraApiBaseUrl,
  workQueueUrl: queues.work.queueUrl,
  deadLetterQueueUrl: queues.deadLetter.queueUrl,
  parkedQueueUrl: queues.parked.queueUrl,
  timeZone: settings.timeZone,
  lookBackDays: String(settings.lookBackDays),
  requestsPerMinute: String(settings.requestsPerMinute),
  retryBaseSeconds: String(settings.retryBaseSeconds),
  maxReceiveCount: String(settings.maxReceiveCount),
  runRetentionDays: String(settings.runRetentionDays),
  webhookSecret: `${SSM_REFERENCE}${settings.webhookParameter}`,
  // By its logical ID, because the state machine is created after the functions that it invokes.
  syncRun: Fn.ref(LOGICAL_ID.syncRun),
  metricsNamespace: settings.stackName,
});
