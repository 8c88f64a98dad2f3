// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.

/** Environment variables that the stack sets and the functions read: one name, one place. */
export const ENV = {
  ouraSleepTable: 'OURA_SLEEP_TABLE',
  ouraSyncTable: 'OURA_SYNC_TABLE',
  /** `ssm:<parameter name>`: a reference to the key, never the key itself. */
  ouraApiKey: 'OURA_API_KEY',
  ouraApiBaseUrl: 'OURA_API_BASE_URL',
  workQueueUrl: 'WORK_QUEUE_URL',
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  parkedQueueUrl: 'PARKED_QUEUE_URL',
  timeZone: 'TIME_ZONE',
  lookBackDays: 'LOOK_BACK_DAYS',
  requestsPerMinute: 'REQUESTS_PER_MINUTE',
  retryBaseSeconds: 'RETRY_BASE_SECONDS',
  maxReceiveCount: 'MAX_RECEIVE_COUNT',
  runRetentionDays: 'RUN_RETENTION_DAYS',
  /** `ssm:<parameter name>`: a reference to the secrets of the webhooks. */
  webhookSecret: 'WEBHOOK_SECRET',
  syncRun: 'SYNC_RUN_ARN',
  /** Namespace of the function's metrics: the stack's name, so that two stacks in one account stay separate. */
  metricsNamespace: 'METRICS_NAMESPACE',
} as const;

/** Prefix of a secret reference: `ssm:/path` is the SecureString parameter `/path`. */
export const SSM_REFERENCE = 'ssm:';

/** The dimension `service` of each metric: the function that sent it. */
export const SERVICE = {
  planner: 'planner',
  worker: 'worker',
  logError: 'log-error',
  summary: 'summary',
  receiver: 'receiver',
  watcher: 'watcher',
} as const;

/** CloudWatch metrics, sent in embedded metric format (EMF) through the log. None has a health value. */
export const CLOUDWATCH_METRIC = {
  datesStored: 'DatesStored',
  datesUnchanged: 'DatesUnchanged',
  datesWithoutData: 'DatesWithoutData',
  datesFailed: 'DatesFailed',
  datesRetried: 'DatesRetried',
  datesParked: 'DatesParked',
  malformedMessages: 'MalformedMessages',
  /** New remarks on stored nights: parts of Oura's records that were set aside or repaired. */
  remarks: 'Remarks',
  recordsWithoutDay: 'RecordsWithoutDay',
  ouraCalls: 'OuraCalls',
  ouraRateLimited: 'OuraRateLimited',
  ouraLatency: 'OuraLatency',
  /** 1 for a run that Oura rejected; 0 for a run that succeeded. Not sent if neither is known, e.g. after an outage. */
  credentialsRejected: 'CredentialsRejected',
  runsComplete: 'RunsComplete',
  runsPartial: 'RunsPartial',
  runsFailed: 'RunsFailed',
  runsIncomplete: 'RunsIncomplete',
  /** 1 for a scheduled run that ended as complete or partial; 0 for one that ended otherwise. Other runs do not send it. */
  runsSucceeded: 'RunsSucceeded',
  /** 1 for a run that ended as partial, failed or incomplete; 0 for a complete run of the look-back, if nothing is parked. */
  runsUnsettled: 'RunsUnsettled',
  /** Days from the newest stored night to today at the end of a run; 0 if today's night is stored. */
  nightsBehind: 'NightsBehind',
  /** The age of the oldest parked message in days, by its SentTimestamp, at the end of a run; 0 if none is parked. */
  oldestParkedDays: 'OldestParkedDays',
  /** Events of Oura that became pending: announced nights. */
  webhookEvents: 'WebhookEvents',
  /** Validly signed events that change nothing: other data types and users, repeated and malformed events. */
  webhookEventsIgnored: 'WebhookEventsIgnored',
  webhookSignaturesRejected: 'WebhookSignaturesRejected',
  /** Syncs that could not be started for a pending event. */
  webhookStartsFailed: 'WebhookStartsFailed',
  /** Webhook subscriptions that exist and have not expired. */
  subscriptionsValid: 'SubscriptionsValid',
  /** Days until the first subscription expires; 0 if one is missing. */
  subscriptionDaysLeft: 'SubscriptionDaysLeft',
  /** New nights of the look-back that an event announced, and those that none did. */
  nightsAnnounced: 'NightsAnnounced',
  nightsUnannounced: 'NightsUnannounced',
  /** Seconds from the event, or without one from the end of the sleep, to the stored night. */
  nightDelay: 'NightDelay',
} as const;

/** Names of the stack's outputs, by which the commands find a deployed stack. */
export const OUTPUT = {
  ouraSleepTable: 'OuraSleepTableName',
  ouraSyncTable: 'OuraSyncTableName',
  workoutsTable: 'WorkoutsTableName',
  /** The owner of that table: {@link WORKOUTS_OWNER}. */
  workoutsOwner: 'WorkoutsTableOwner',
  /** The user whose sets count, if the setting workoutsUser names one. */
  workoutsUser: 'WorkoutsUser',
  workQueueUrl: 'WorkQueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  parkedQueueUrl: 'ParkedQueueUrl',
  workQueueArn: 'WorkQueueArn',
  deadLetterQueueArn: 'DeadLetterQueueArn',
  parkedQueueArn: 'ParkedQueueArn',
  /** Addresses in the AWS console. */
  workQueuePage: 'WorkQueueConsole',
  deadLetterQueuePage: 'DeadLetterQueueConsole',
  parkedQueuePage: 'ParkedQueueConsole',
  executionsPage: 'ExecutionsConsole',
  dashboardPage: 'DashboardConsole',
  /** The managed policy with what the commands need. */
  operatorPolicy: 'OperatorPolicyArn',
  /** The address that gets the alarms, or {@link NO_ALARM_MAIL}. */
  alarmMail: 'AlarmMail',
  syncRun: 'SyncRunArn',
  ouraApiKeyParameter: 'OuraApiKeyParameter',
  /** Only with the setting webhooks: the address for the subscriptions, and the parameter of the receiver's secrets. */
  webhookUrl: 'WebhookUrl',
  webhookParameter: 'WebhookParameter',
  timeZone: 'TimeZone',
  lookBackDays: 'LookBackDays',
  ouraApiBaseUrl: 'OuraApiBaseUrl',
  /** The settings of the deployment that differ from their defaults, as JSON. */
  settings: 'Settings',
} as const;

/** Shown at the end of a deployment without the setting alarmEmail. */
export const NO_ALARM_MAIL = 'Alarms notify no one: set alarmEmail';

/** The application that writes the table of workouts. With the setting workoutsTable, another one: we only read. */
export const WORKOUTS_OWNER = { stack: 'this stack', other: 'another application' } as const;

/** Logical IDs of the resources that users and tests find by name. The local runtime uses them as physical names. */
export const LOGICAL_ID = {
  ouraSleepTable: 'OuraSleepTable',
  ouraSyncTable: 'OuraSyncTable',
  workoutsTable: 'WorkoutsTable',
  workQueue: 'WorkQueue',
  deadLetterQueue: 'DeadLetterQueue',
  parkedQueue: 'ParkedQueue',
  planner: 'Planner',
  worker: 'Worker',
  logError: 'LogError',
  summary: 'Summary',
  receiver: 'Receiver',
  watcher: 'Watcher',
  webhookApi: 'WebhookApi',
  syncRun: 'SyncRun',
  dailySync: 'DailySync',
  morningWatch: 'MorningWatch',
  operator: 'Operator',
} as const;

/** Template metadata of a function: the path of its handler module, from the root, which the local runtime imports. */
export const HANDLER_METADATA = 'oura-sync:handler';
