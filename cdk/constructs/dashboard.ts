import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  type GraphWidget,
  type IMetric,
  MathExpression,
  Row,
  SingleValueWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { SERVICE } from '../../shared/core/names.ts';
import type { WatchedProps } from './alarms.ts';
import { dashboardName } from './console-links.ts';
import { nameResource } from './logical-id.ts';
import { DAYS, graph, MILLISECONDS, ownMetrics, PERIOD, SECONDS } from './widgets.ts';

/** @param age of the oldest message; without one, that of SQS */
const queueRow = (title: string, queue: Queue, age?: GraphWidget): Row => {
  const options = { period: PERIOD };
  const waiting = queue.metricApproximateNumberOfMessagesVisible({ ...options, label: 'Waiting' });
  const inFlight = queue.metricApproximateNumberOfMessagesNotVisible({ ...options, label: 'In flight' });
  return new Row(
    graph(8, `${title}: messages`, [waiting, inFlight]),
    age ??
      graph(
        8,
        `${title}: age of the oldest message`,
        [queue.metricApproximateAgeOfOldestMessage({ ...options, label: 'Age' })],
        { leftYAxis: SECONDS },
      ),
    graph(
      8,
      `${title}: time to drain`,
      [
        // Messages divided by deletions per second. Without deletions, the result is undefined and no point is drawn.
        new MathExpression({
          label: 'At the current rate',
          expression: '(waiting + inFlight) / (deleted / PERIOD(deleted))',
          usingMetrics: {
            waiting,
            inFlight,
            deleted: queue.metricNumberOfMessagesDeleted({ ...options, statistic: Stats.SUM }),
          },
          period: PERIOD,
        }),
      ],
      { leftYAxis: SECONDS },
    ),
  );
};

/** Days from the newest stored night to the end of the last run. */
const nightsBehind = (props: WatchedProps): IMetric =>
  ownMetrics(props, 'summary')('nightsBehind', 'Nights behind', { statistic: Stats.MAXIMUM });

/** By SentTimestamp, at the end of each run. The age of SQS restarts when a message moves. */
const oldestParked = (props: WatchedProps): GraphWidget =>
  graph(
    8,
    'Parked queue: age of the oldest message',
    [ownMetrics(props, 'summary')('oldestParkedDays', 'Age', { statistic: Stats.MAXIMUM })],
    {
      leftYAxis: DAYS,
      leftAnnotations: [{ value: props.settings.messageRetentionDays, label: 'Deleted by SQS' }],
    },
  );

const workerRow = ({ handlers, settings }: WatchedProps): Row => {
  const { worker } = handlers;
  return new Row(
    graph(
      6,
      'Worker: concurrency',
      [
        worker.function.metric('ConcurrentExecutions', {
          label: 'Concurrent',
          period: PERIOD,
          statistic: Stats.MAXIMUM,
        }),
      ],
      { leftAnnotations: [{ value: settings.concurrency, label: 'Limit' }] },
    ),
    graph(
      6,
      'Worker: duration',
      [
        worker.function.metricDuration({ label: 'Average', period: PERIOD }),
        worker.function.metricDuration({ label: 'Longest', period: PERIOD, statistic: Stats.MAXIMUM }),
      ],
      {
        leftYAxis: MILLISECONDS,
        leftAnnotations: [{ value: settings.workerTimeoutSeconds * 1000, label: 'Timeout' }],
      },
    ),
    graph(
      6,
      'Functions: errors',
      // The receiver is on the dashboard of the webhooks. There is no room for the watcher, which the daily run replaces.
      (['planner', 'worker', 'logError', 'summary'] as const).map((name) =>
        handlers[name].function.metricErrors({ label: SERVICE[name], period: PERIOD }),
      ),
    ),
    graph(6, 'Worker: invocations and throttles', [
      worker.function.metricInvocations({ label: 'Invocations', period: PERIOD }),
      worker.function.metricThrottles({ label: 'Throttles', period: PERIOD }),
    ]),
  );
};

const nightsRow = (props: WatchedProps): Row => {
  const ofWorker = ownMetrics(props, 'worker');
  const ofPlanner = ownMetrics(props, 'planner');
  return new Row(
    graph(
      8,
      'Dates',
      [
        ofWorker('datesStored', 'Stored'),
        ofWorker('datesUnchanged', 'Unchanged'),
        ofWorker('datesWithoutData', 'No data'),
        ofWorker('datesRetried', 'Retried'),
        ofWorker('datesFailed', 'Failed'),
      ],
      { stacked: true },
    ),
    graph(8, 'Oura: calls', [
      ofPlanner('ouraCalls', 'By the planner'),
      ofWorker('ouraCalls', 'By the worker'),
      ofWorker('ouraRateLimited', 'Rate limited (429)'),
    ]),
    graph(
      8,
      'Oura: latency',
      [
        ofWorker('ouraLatency', 'Median', { statistic: Stats.p(50) }),
        ofWorker('ouraLatency', '95th percentile', { statistic: Stats.p(95) }),
      ],
      { leftYAxis: MILLISECONDS },
    ),
  );
};

/**
 * Seconds from Oura's event, or without one from the end of the sleep, to the stored night. With the daily run alone, that is the
 * time from waking up to noon. It takes the place of the nights behind, which `Latest` shows, too: there is room for 50 metrics.
 */
const nightDelay = (props: WatchedProps): GraphWidget =>
  graph(
    8,
    'Night delay',
    [ownMetrics(props, 'worker')('nightDelay', 'Longest', { statistic: Stats.MAXIMUM })],
    { leftYAxis: SECONDS },
  );

const runsRow = (props: WatchedProps): Row => {
  const { stateMachine, settings } = props;
  const ofSummary = ownMetrics(props, 'summary');
  return new Row(
    graph(8, 'Executions', [
      stateMachine.metricStarted({ label: 'Started', period: PERIOD }),
      stateMachine.metricSucceeded({ label: 'Succeeded', period: PERIOD }),
      stateMachine.metricFailed({ label: 'Failed', period: PERIOD }),
      stateMachine.metricTimedOut({ label: 'Timed out', period: PERIOD }),
      stateMachine.metricAborted({ label: 'Aborted', period: PERIOD }),
    ]),
    graph(8, 'Runs by status', [
      ofSummary('runsComplete', 'Complete'),
      ofSummary('runsPartial', 'Partial'),
      ofSummary('runsFailed', 'Failed'),
      ofSummary('runsIncomplete', 'Incomplete'),
    ]),
    settings.webhooks || settings.mornings
      ? nightDelay(props)
      : graph(8, 'Nights behind', [nightsBehind(props)], { leftYAxis: DAYS }),
  );
};

export interface SyncDashboardProps extends WatchedProps {
  readonly alarms: readonly Alarm[];
}

/** Columns of a dashboard. */
const FULL = 24;

/**
 * The dashboard of the stack, in plain aws-cloudwatch (docs/decisions/0009). A free dashboard shows at most 50 metrics,
 * counted per widget.
 */
export class SyncDashboard extends Construct {
  constructor(scope: Construct, id: string, props: SyncDashboardProps) {
    super(scope, id);
    const { work, deadLetter, parked } = props.queues;
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: dashboardName(props.settings.stackName),
      // A week shows seven daily runs.
      defaultInterval: Duration.days(7),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: FULL, height: 3 })],
        [
          new SingleValueWidget({
            title: 'Latest',
            width: FULL,
            height: 3,
            sparkline: true,
            metrics: [
              nightsBehind(props),
              work.metricApproximateNumberOfMessagesVisible({ label: 'Waiting', period: PERIOD }),
              parked.metricApproximateNumberOfMessagesVisible({ label: 'Parked', period: PERIOD }),
            ],
          }),
        ],
        [queueRow('Work queue', work)],
        [queueRow('Dead-letter queue', deadLetter)],
        [queueRow('Parked queue', parked, oldestParked(props))],
        [workerRow(props)],
        [nightsRow(props)],
        [runsRow(props)],
      ],
    });
    nameResource(dashboard, 'Dashboard');
  }
}
