import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Row,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { WorkQueues } from './work-queues.ts';

export interface ObservabilityProps {
  readonly queues: WorkQueues;
  readonly stateMachine: StateMachine;
  /** The age (seconds) that no message of the work queue should outlive. */
  readonly oldestWorkMessageSeconds: number;
  /** Where alarms are mailed. @default nowhere: no topic is made, the alarms only show */
  readonly alarmEmail?: string;
  /** Address of the runbook, without anchor. @default its path in the repository */
  readonly runbookUrl?: string;
}

interface AlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly what: string;
  /** Anchor of the alarm's heading in docs/runbook.md. */
  readonly heading: string;
}

const PERIOD = Duration.minutes(5);
const HALF_WIDTH = 12;

/** A dashboard over the queues, and the alarms, each with a link to its part of the runbook. */
export class Observability extends Construct {
  private readonly runbook: string;
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.runbook = props.runbookUrl ?? 'docs/runbook.md';
    this.topic = props.alarmEmail === undefined ? undefined : this.mailTo(props.alarmEmail);
    const { work, deadLetter, parked } = props.queues;
    // Depth, not arrivals: SQS counts what it moves to a dead-letter queue in no "messages sent" metric.
    const alarms = [
      this.alarm('ParkedMessages', {
        metric: parked.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        threshold: 0,
        what: 'Dates are parked: every attempt to sync them failed.',
        heading: 'parked-messages',
      }),
      this.alarm('WorkMessageTooOld', {
        metric: work.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
        threshold: props.oldestWorkMessageSeconds,
        what: 'A date has been on the work queue for longer than all its attempts can take.',
        heading: 'work-message-too-old',
      }),
      this.alarm('SyncRunFailed', {
        metric: props.stateMachine.metricFailed({ period: PERIOD, statistic: 'Sum' }),
        threshold: 0,
        what: 'A run ended without a summary.',
        heading: 'sync-run-failed',
      }),
    ];
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 2 * HALF_WIDTH, height: 2 })],
        [queueRow('Work queue', work)],
        [queueRow('Dead-letter queue', deadLetter)],
        [queueRow('Parked queue', parked)],
      ],
    });
  }

  private alarm(id: string, { metric, threshold, what, heading }: AlarmProps): Alarm {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // A queue that has been empty for a while emits nothing, and that is good.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${what} What to do: ${this.runbook}#${heading}`,
    });
    if (this.topic !== undefined) {
      alarm.addAlarmAction(new SnsAction(this.topic));
      alarm.addOkAction(new SnsAction(this.topic));
    }
    return alarm;
  }

  private mailTo(email: string): Topic {
    const topic = new Topic(this, 'Alarms', { displayName: 'Oura sleep sync', enforceSSL: true });
    new Subscription(this, 'AlarmMail', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: email });
    // The TLS rule above is a topic policy, and takes the place of the default one that lets alarms in.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return topic;
  }
}

/** Depth and age of one queue, side by side. */
const queueRow = (title: string, queue: Queue): Row =>
  new Row(
    new GraphWidget({
      title: `${title}: messages`,
      width: HALF_WIDTH,
      left: [
        queue.metricApproximateNumberOfMessagesVisible({ label: 'Waiting', period: PERIOD }),
        queue.metricApproximateNumberOfMessagesNotVisible({ label: 'In flight', period: PERIOD }),
      ],
      leftYAxis: { min: 0 },
    }),
    new GraphWidget({
      title: `${title}: age of the oldest message`,
      width: HALF_WIDTH,
      left: [queue.metricApproximateAgeOfOldestMessage({ label: 'Age', period: PERIOD })],
      leftYAxis: { min: 0, label: 'Seconds', showUnits: false },
    }),
  );
