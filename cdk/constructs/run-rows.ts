import { type IMetric, type MetricOptions, Row, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { CLOUDWATCH_METRIC, SERVICE } from '../../shared/core/names.ts';
import type { WatchedProps } from './alarms.ts';
import { DAYS, graph, MILLISECONDS, PERIOD } from './graph.ts';
import { ownMetric } from './own-metrics.ts';

const own = (
  { settings }: WatchedProps,
  service: keyof typeof SERVICE,
  name: keyof typeof CLOUDWATCH_METRIC,
  label: string,
  options: MetricOptions = {},
): IMetric => ownMetric(settings, service, name, { label, period: PERIOD, ...options });

/** Days from the newest stored night to the day on which the last run ended. */
export const nightsBehind = (props: WatchedProps): IMetric =>
  own(props, 'summary', 'nightsBehind', 'Nights behind', { statistic: Stats.MAXIMUM });

/** How many workers run, how long they take, and what goes wrong in any function. */
export const workerRow = ({ handlers, settings }: WatchedProps): Row => {
  const { planner, worker, logError, summary } = handlers;
  const errors = { planner, worker, 'log-error': logError, summary };
  return new Row(
    graph(
      6,
      'Worker: concurrency',
      [
        worker.function.metric('ConcurrentExecutions', {
          label: 'At once',
          period: PERIOD,
          statistic: Stats.MAXIMUM,
        }),
      ],
      { leftAnnotations: [{ value: settings.concurrency, label: 'At most' }] },
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
      Object.entries(errors).map(([label, handler]) =>
        handler.function.metricErrors({ label, period: PERIOD }),
      ),
    ),
    graph(6, 'Worker: invocations and throttles', [
      worker.function.metricInvocations({ label: 'Invocations', period: PERIOD }),
      worker.function.metricThrottles({ label: 'Throttles', period: PERIOD }),
    ]),
  );
};

/** What became of the dates, and what Oura was asked for. */
export const nightsRow = (props: WatchedProps): Row =>
  new Row(
    graph(
      8,
      'Dates',
      [
        own(props, 'worker', 'datesStored', 'Stored'),
        own(props, 'worker', 'datesUnchanged', 'Unchanged'),
        own(props, 'worker', 'datesWithoutData', 'Without data'),
        own(props, 'worker', 'datesRetried', 'To be tried again'),
        own(props, 'worker', 'datesFailed', 'Failed'),
      ],
      { stacked: true },
    ),
    graph(8, 'Oura: calls', [
      own(props, 'planner', 'ouraCalls', 'By the planner'),
      own(props, 'worker', 'ouraCalls', 'By the worker'),
      own(props, 'worker', 'ouraRateLimited', 'Rate limit met (429)'),
    ]),
    graph(
      8,
      'Oura: latency',
      [
        own(props, 'worker', 'ouraLatency', 'Median', { statistic: Stats.p(50) }),
        own(props, 'worker', 'ouraLatency', '95th percentile', { statistic: Stats.p(95) }),
      ],
      { leftYAxis: MILLISECONDS },
    ),
  );

/** How runs ended, as the state machine sees it and as the ledger does, and how fresh the nights are. */
export const runsRow = (props: WatchedProps): Row => {
  const { stateMachine } = props;
  return new Row(
    graph(8, 'Executions', [
      stateMachine.metricStarted({ label: 'Started', period: PERIOD }),
      stateMachine.metricSucceeded({ label: 'Succeeded', period: PERIOD }),
      stateMachine.metricFailed({ label: 'Failed', period: PERIOD }),
      stateMachine.metricTimedOut({ label: 'Timed out', period: PERIOD }),
      stateMachine.metricAborted({ label: 'Aborted', period: PERIOD }),
    ]),
    graph(8, 'Runs by how they ended', [
      own(props, 'summary', 'runsComplete', 'Complete'),
      own(props, 'summary', 'runsPartial', 'Partial'),
      own(props, 'summary', 'runsFailed', 'Failed'),
      own(props, 'summary', 'runsIncomplete', 'Incomplete'),
    ]),
    graph(8, 'Nights behind', [nightsBehind(props)], { leftYAxis: DAYS }),
  );
};
