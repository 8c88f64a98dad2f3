import { Dashboard, Row, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { dashboardName } from './console-links.ts';
import type { HandlerFunction } from './handler-function.ts';
import { nameResource } from './logical-id.ts';
import type { WebhookApi } from './webhook-api.ts';
import { DAYS, graph, ownMetrics, PERIOD } from './widgets.ts';

export interface ArrivalsDashboardProps {
  readonly settings: Settings;
  readonly receiver: HandlerFunction;
  readonly webhooks: WebhookApi;
}

const webhooksRow = (props: ArrivalsDashboardProps): Row => {
  const { receiver, webhooks } = props;
  const ofReceiver = ownMetrics(props, 'receiver');
  const options = { period: PERIOD, statistic: Stats.SUM };
  return new Row(
    graph(8, 'Webhooks: events', [
      ofReceiver('webhookEvents', 'Announce a night'),
      ofReceiver('webhookEventsIgnored', 'Ignored'),
      ofReceiver('webhookSignaturesRejected', 'Signature rejected'),
      ofReceiver('webhookStartsFailed', 'Sync not started'),
    ]),
    graph(8, 'Webhooks: requests', [
      webhooks.api.metricCount({ label: 'All', ...options }),
      webhooks.api.metricClientError({ label: 'Refused or throttled (4xx)', ...options }),
      webhooks.api.metricServerError({ label: 'Failed (5xx)', ...options }),
    ]),
    graph(8, 'Receiver', [
      receiver.function.metricInvocations({ label: 'Invocations', period: PERIOD }),
      receiver.function.metricErrors({ label: 'Errors', period: PERIOD }),
      receiver.function.metricThrottles({ label: 'Throttles', period: PERIOD }),
    ]),
  );
};

const nightsRow = (props: ArrivalsDashboardProps): Row => {
  const ofWorker = ownMetrics(props, 'worker');
  const ofPlanner = ownMetrics(props, 'planner');
  return new Row(
    graph(
      8,
      'Nights that arrive',
      [ofWorker('nightsAnnounced', 'Announced by an event'), ofWorker('nightsUnannounced', 'Unannounced')],
      { stacked: true },
    ),
    graph(
      8,
      'Webhook subscriptions',
      [ofPlanner('subscriptionsValid', 'Valid', { statistic: Stats.MINIMUM })],
      {
        right: [ofPlanner('subscriptionDaysLeft', 'Days left', { statistic: Stats.MINIMUM })],
        rightYAxis: DAYS,
      },
    ),
  );
};

/**
 * How nights arrive, with the setting webhooks. A dashboard of its own, because the first one has the 50 metrics of a free
 * dashboard.
 */
export class ArrivalsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ArrivalsDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: `${dashboardName(props.settings.stackName)}-arrivals`,
      defaultInterval: Duration.days(7),
      widgets: [[webhooksRow(props)], [nightsRow(props)]],
    });
    nameResource(dashboard, 'Arrivals');
  }
}
