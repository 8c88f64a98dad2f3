import type { Template } from '../../services/local/template/parse-template.ts';
import type { Counted } from './pipeline.ts';
import type { Item } from './prices.ts';

export const HOURS_PER_MONTH = 730;

/** What is not counted but assumed, each with its reason. All of it errs on the dear side. */
export const ASSUMED = {
  /** 512 MB get 0.29 of a processor (1769 MB are one): what takes this machine's processor takes Lambda's longer. */
  slowdown: 3,
  /** Lambda bills the start of a function since August 2025. bench:cold-start measures less. */
  initSeconds: 1,
  /** Workers at once, in the default settings: each of them starts. */
  workers: 3,
  /** START, END and REPORT of an invocation, and the eight events of an execution in the log of the state machine. */
  platformLogBytes: { invocation: 400, execution: 8 * 600 },
  /** Lambda polls each queue five times at once, for twenty seconds each: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  pollsPerMinute: (5 * 60) / 20,
  /** A run is entered, its states Plan and Summarize are executed: AWS's own examples count the first step too. */
  transitionsPerExecution: 3,
} as const;

const GB = 1e9;
const MEMORY_GB = 0.5;
const SQS_BATCH = 10;

const consumed = (counted: Counted, commands: RegExp): number =>
  counted.calls
    .filter(({ command }) => commands.test(command))
    .reduce((sum, { output }) => {
      const capacity = (output?.['ConsumedCapacity'] ?? { CapacityUnits: 1 }) as
        | { CapacityUnits: number }
        | { CapacityUnits: number }[];
      return sum + [capacity].flat().reduce((units, { CapacityUnits }) => units + CapacityUnits, 0);
    }, 0);

const metricsIn = (counted: Counted): number => {
  const lines = counted.log.split('\n').filter((line) => line !== '');
  const names = lines.flatMap((text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    const { CloudWatchMetrics = [] } = (line['_aws'] ?? {}) as {
      CloudWatchMetrics?: { Metrics: { Name: string }[] }[];
    };
    return CloudWatchMetrics.flatMap(({ Metrics }) =>
      Metrics.map(({ Name }) => `${String(line['service'])} ${Name}`),
    );
  });
  return new Set(names).size;
};

/** Requests of SQS: those of the functions, and for the messages that Lambda takes, as many as it needs at ten a call. */
const sqsRequests = ({ calls }: Counted): number => {
  const own = calls.filter(
    ({ caller, command }) => caller !== 'event source' && /Message/.test(command),
  ).length;
  const received = calls
    .filter(({ command }) => command === 'DeleteMessageBatchCommand')
    .reduce((sum, { input }) => sum + (input['Entries'] as unknown[]).length, 0);
  return own + 2 * Math.ceil(received / SQS_BATCH);
};

/**
 * The quantities of a stretch of runs.
 * @param starts how many functions start anew, each of which Lambda bills
 * @param activeHours in how many hours of the month the metrics get values: CloudWatch bills a metric by the hour
 */
export const usageOf = (
  counted: Counted,
  starts: number,
  activeHours: number,
): Partial<Record<Item, number>> => {
  const { invocations, executions, calls, log } = counted;
  const busy = invocations.reduce((sum, { ms }) => sum + ms / 1000, 0) * ASSUMED.slowdown;
  const parameters = calls.filter(({ command }) => command === 'GetParameterCommand').length;
  const { invocation, execution } = ASSUMED.platformLogBytes;
  return {
    invocations: invocations.length,
    gbSeconds: MEMORY_GB * (busy + starts * ASSUMED.initSeconds),
    transitions: executions * ASSUMED.transitionsPerExecution,
    sqs: sqsRequests(counted),
    writes: consumed(counted, /^(Put|Update)Item/),
    reads: consumed(counted, /^(Batch)?GetItem/),
    logs: (log.length + invocations.length * invocation + executions * execution) / GB,
    metrics: (metricsIn(counted) * activeHours) / HOURS_PER_MONTH,
    traces: invocations.length + executions,
    // On a fresh start the key is read anew; here the handlers live on between runs and have it cached.
    decrypts: Math.max(parameters, starts),
  };
};

/** The free tier's three dashboards may show so many metrics each. */
const FREE_DASHBOARD_METRICS = 50;

/** The metrics that a dashboard shows, counted in each of its widgets; expressions over them are none. */
const dashboardMetrics = ({
  Properties = {},
}: {
  Properties?: Readonly<Record<string, unknown>>;
}): number => {
  const [, parts] = (Properties['DashboardBody'] as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const body = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'named')).join('')) as {
    widgets: { properties: { metrics?: unknown[][] } }[];
  };
  return body.widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter(([first]) => typeof first === 'string').length;
};

/** What costs money although nothing runs, per month. */
export const standingOf = (template: Template, nightBytes: number): Partial<Record<Item, number>> => {
  const of = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);
  const metricsOf = (alarm: { Properties?: Readonly<Record<string, unknown>> }): number => {
    const metrics = alarm.Properties?.['Metrics'] as { MetricStat?: unknown }[] | undefined;
    return metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
  };
  const dashboards = of('AWS::CloudWatch::Dashboard').map(dashboardMetrics);
  const large = dashboards.filter((metrics) => metrics > FREE_DASHBOARD_METRICS).length;
  const minutes = HOURS_PER_MONTH * 60;
  return {
    sqsIdle: of('AWS::Lambda::EventSourceMapping').length * ASSUMED.pollsPerMinute * minutes,
    alarms: of('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    dashboards: dashboards.length - large,
    largeDashboards: large,
    storage: nightBytes / GB,
    backup: nightBytes / GB,
  };
};
