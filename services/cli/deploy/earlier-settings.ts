import type { Template, TemplateValue } from '../../../cdk/template.ts';
import { ENV, LOGICAL_ID, OUTPUT, WORKOUTS_OWNER } from '../../../shared/core/names.ts';

type Resources = Template['Resources'];
type Values = Readonly<Record<string, TemplateValue | undefined>>;

const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The properties of the first resource of `type` for which `fits` holds. */
const propertiesOf = (declared: Resources, type: string, fits: (properties: Values) => boolean): Values =>
  Object.values(declared).find(({ Type, Properties }) => Type === type && fits(Properties ?? {}))
    ?.Properties ?? {};

/**
 * Reads the settings of a stack that an earlier version deployed, which did not record them. `longestSilenceHours` and
 * `runbookUrl` cannot be read: they are in texts and alarms.
 */
export const earlierSettings = (
  outputs: Readonly<Record<string, string>>,
  declared: Resources,
): Record<string, unknown> => {
  const properties = (logicalId: string): Values => declared[logicalId]?.Properties ?? {};
  const schedule = properties(LOGICAL_ID.dailySync);
  const worker = properties(LOGICAL_ID.worker);
  const source = propertiesOf(declared, 'AWS::Lambda::EventSourceMapping', ({ FunctionName }) =>
    isRecord(FunctionName) ? FunctionName['Ref'] === LOGICAL_ID.worker : false,
  );
  const mail = propertiesOf(declared, 'AWS::SNS::Subscription', ({ Protocol }) => Protocol === 'email');
  const scaling = isRecord(source['ScalingConfig']) ? source['ScalingConfig'] : {};
  const environment = isRecord(worker['Environment']) ? worker['Environment']['Variables'] : undefined;
  const variables = isRecord(environment) ? environment : {};
  const found: Record<string, unknown> = {
    schedule: schedule['ScheduleExpression'],
    timeZone: outputs[OUTPUT.timeZone],
    lookBackDays: outputs[OUTPUT.lookBackDays],
    concurrency: scaling['MaximumConcurrency'],
    reserveConcurrency: worker['ReservedConcurrentExecutions'] !== undefined,
    requestsPerMinute: variables[ENV.requestsPerMinute],
    batchSize: source['BatchSize'],
    batchingWindowSeconds: source['MaximumBatchingWindowInSeconds'],
    maxReceiveCount: variables[ENV.maxReceiveCount],
    retryBaseSeconds: variables[ENV.retryBaseSeconds],
    workerTimeoutSeconds: worker['Timeout'],
    plannerTimeoutSeconds: properties(LOGICAL_ID.planner)['Timeout'],
    logErrorTimeoutSeconds: properties(LOGICAL_ID.logError)['Timeout'],
    summaryTimeoutSeconds: properties(LOGICAL_ID.summary)['Timeout'],
    messageRetentionDays: Number(properties(LOGICAL_ID.workQueue)['MessageRetentionPeriod']) / 86_400,
    runRetentionDays: variables[ENV.runRetentionDays],
    logRetentionDays: propertiesOf(declared, 'AWS::Logs::LogGroup', () => true)['RetentionInDays'],
    ouraApiBaseUrl: outputs[OUTPUT.ouraApiBaseUrl],
    ouraApiKeyParameter: outputs[OUTPUT.ouraApiKeyParameter],
    workoutsTable:
      outputs[OUTPUT.workoutsOwner] === WORKOUTS_OWNER.other ? outputs[OUTPUT.workoutsTable] : undefined,
    workoutsUser: outputs[OUTPUT.workoutsUser],
    alarmEmail: mail['Endpoint'],
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
};
