import { type ENV, SSM_REFERENCE } from '../../shared/core/names.ts';
import type { Settings } from '../settings.ts';
import type { SleepTables } from './sleep-tables.ts';
import type { WorkQueues } from './work-queues.ts';

export interface EnvironmentProps {
  readonly settings: Settings;
  readonly tables: SleepTables;
  readonly queues: WorkQueues;
}

/** What each environment variable holds in this stack. Which of them a function gets: services/<function>/deployment.ts. */
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
  metricsNamespace: settings.stackName,
});
