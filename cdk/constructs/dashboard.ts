import { type Alarm, AlarmStatusWidget, Dashboard, SingleValueWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { WatchedProps } from './alarms.ts';
import { PERIOD } from './graph.ts';
import { nameResource } from './logical-id.ts';
import { queueRow } from './queue-row.ts';
import { nightsBehind, nightsRow, runsRow, workerRow } from './run-rows.ts';

export interface SyncDashboardProps extends WatchedProps {
  readonly alarms: readonly Alarm[];
}

/** Columns of a dashboard. */
const FULL = 24;

/**
 * The dashboard of the stack, in plain aws-cloudwatch (docs/decisions/0009), with the 50 metrics that a free dashboard of
 * CloudWatch's may have, counted in each of its widgets.
 */
export class SyncDashboard extends Construct {
  constructor(scope: Construct, id: string, props: SyncDashboardProps) {
    super(scope, id);
    const { work, deadLetter, parked } = props.queues;
    const dashboard = new Dashboard(this, 'Dashboard', {
      // A run lasts minutes and comes daily: a week shows seven.
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
        [queueRow('Parked queue', parked)],
        [workerRow(props)],
        [nightsRow(props)],
        [runsRow(props)],
      ],
    });
    nameResource(dashboard, 'Dashboard');
  }
}
