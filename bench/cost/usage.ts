import type { Template } from '../../services/local/template/parse-template.ts';
import type { Counted } from './pipeline.ts';
import type { Item } from './prices.ts';

const HOURS_PER_MONTH = 730;

/** Assumptions for quantities that are not counted. All of them are on the expensive side. */
export const ASSUMED = {
  /** 512 MB get 0.29 of a processor (1769 MB get one), so Lambda is slower than this machine. */
  slowdown: 3,
  /** Lambda has billed cold starts since August 2025. bench:cold-start measures less than this. */
  initSeconds: 1,
  /** Concurrent workers in the default settings. Each has a cold start. */
  workers: 3,
  /** START, END and REPORT of an invocation, and eight events per execution in the log of the state machine. */
  platformLogBytes: { invocation: 400, execution: 8 * 600 },
  /** Lambda runs five parallel long polls of twenty seconds per queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  pollsPerMinute: (5 * 60) / 20,
  /** The start of a run plus its states Plan and Summarize. AWS's examples also count the start. */
  transitionsPerExecution: 3,
} as const;

/** Quantities by item. */
export type Usage = Partial<Record<Item, number>>;

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

const WRITES = /^(Put|Update)Item/;
const READS = /^(Batch)?GetItem/;

/** The reads and writes of DynamoDB by the functions per date: the units that AWS bills, and the write requests. */
export interface PerDate {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly writeRequests: number;
}

export const perDateOf = (counted: Counted, dates: number): PerDate => ({
  readUnits: consumed(counted, READS) / dates,
  writeUnits: consumed(counted, WRITES) / dates,
  writeRequests: counted.calls.filter(({ command }) => WRITES.test(command)).length / dates,
});

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

/** SQS requests: those of the functions, and Lambda's own with ten messages per call. */
const sqsRequests = ({ calls }: Counted): number => {
  const own = calls.filter(
    ({ caller, command }) => caller !== 'event source' && /Message|Queue/.test(command),
  ).length;
  const received = calls
    .filter(({ command }) => command === 'DeleteMessageBatchCommand')
    .reduce((sum, { input }) => sum + (input['Entries'] as unknown[]).length, 0);
  return own + 2 * Math.ceil(received / SQS_BATCH);
};

/**
 * The quantities of a series of runs.
 * @param starts the number of cold starts, which Lambda bills
 * @param activeHours hours per month in which metrics get values, because CloudWatch bills metrics by the hour
 */
export const usageOf = (counted: Counted, starts: number, activeHours: number): Usage => {
  const { invocations, executions, calls, log } = counted;
  const busy = invocations.reduce((sum, { ms }) => sum + ms / 1000, 0) * ASSUMED.slowdown;
  const parameters = calls.filter(({ command }) => command === 'GetParameterCommand').length;
  const { invocation, execution } = ASSUMED.platformLogBytes;
  return {
    invocations: invocations.length,
    gbSeconds: MEMORY_GB * (busy + starts * ASSUMED.initSeconds),
    transitions: executions * ASSUMED.transitionsPerExecution,
    sqs: sqsRequests(counted),
    writes: consumed(counted, WRITES),
    reads: consumed(counted, READS),
    logs: (log.length + invocations.length * invocation + executions * execution) / GB,
    metrics: (metricsIn(counted) * activeHours) / HOURS_PER_MONTH,
    traces: invocations.length + executions,
    // A cold start reads the key again. Here the handlers stay alive between runs and have it cached.
    decrypts: Math.max(parameters, starts),
  };
};

/** Metrics per dashboard in the free tier, which includes three dashboards. */
const FREE_DASHBOARD_METRICS = 50;

/** The number of metrics in all widgets of a dashboard, without expressions. */
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

/** The monthly cost if nothing runs. */
export const standingOf = (template: Template, nightBytes: number): Usage => {
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

/** `usage` without what `base` has already. Quantities that are equal are left out. */
export const inAddition = (usage: Usage, base: Usage): Usage =>
  Object.fromEntries(
    (Object.entries(usage) as [Item, number][])
      .map(([item, quantity]) => [item, quantity - (base[item] ?? 0)] as const)
      .filter(([, quantity]) => quantity !== 0),
  );
