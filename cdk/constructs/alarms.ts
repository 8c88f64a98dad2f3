import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { deadLetterVisibilitySeconds, oldestWorkMessageSeconds } from '../timing.ts';
import { mailTopic } from './alarm-mail.ts';
import type { Handlers } from './handlers.ts';
import { nameResource } from './logical-id.ts';
import { ownMetric } from './own-metrics.ts';
import type { WorkQueues } from './work-queues.ts';

export interface WatchedProps {
  readonly settings: Settings;
  readonly queues: WorkQueues;
  readonly handlers: Handlers;
  readonly stateMachine: StateMachine;
}

/** The text of an alarm, and the heading (anchor) in docs/runbook.md that explains it. */
interface Words {
  readonly what: string;
  readonly heading: string;
}

const PERIOD = Duration.minutes(5);

/** The alarms, each with a link to the runbook. If `alarmEmail` is set, each sends a mail. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];
  private readonly runbook: string;
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: WatchedProps) {
    super(scope, id);
    const { alarmEmail, runbookUrl = 'docs/runbook.md' } = props.settings;
    this.runbook = runbookUrl;
    this.topic = alarmEmail === undefined ? undefined : mailTopic(this, alarmEmail);
    this.alarms = [...this.ofQueues(props), ...this.ofRuns(props)];
  }

  private ofQueues({ settings, queues, handlers }: WatchedProps): Alarm[] {
    const maximum = { period: PERIOD, statistic: Stats.MAXIMUM };
    return [
      // Depth, not arrivals: the metric NumberOfMessagesSent excludes messages that SQS moves to a dead-letter queue.
      this.above('ParkedMessages', 0, queues.parked.metricApproximateNumberOfMessagesVisible(maximum), {
        what: 'Dates are parked: every attempt to sync them failed.',
        heading: 'parked-messages',
      }),
      this.above(
        'WorkMessageTooOld',
        oldestWorkMessageSeconds(settings),
        queues.work.metricApproximateAgeOfOldestMessage(maximum),
        {
          what: 'A date has been on the work queue for longer than all its attempts can take.',
          heading: 'work-message-too-old',
        },
      ),
      // Age, not errors: Lambda counts an invocation with batch item failures as a success. The age also shows that the
      // function is throttled, disabled or cannot start.
      this.above(
        'LogErrorFailing',
        deadLetterVisibilitySeconds(settings),
        queues.deadLetter.metricApproximateAgeOfOldestMessage(maximum),
        {
          what: 'A failed date waits on the dead-letter queue for longer than an attempt to park it takes.',
          heading: 'log-error-failing',
        },
      ),
      this.above('WorkerThrottled', 0, handlers.worker.function.metricThrottles({ period: PERIOD }), {
        what: 'Lambda refused to start the worker.',
        heading: 'worker-throttled',
      }),
    ];
  }

  private ofRuns({ settings, stateMachine }: WatchedProps): Alarm[] {
    const own = (name: 'credentialsRejected' | 'runsUnsettled') =>
      ownMetric(settings, 'summary', name, { period: PERIOD });
    return [
      this.noSuccessfulRun(settings),
      this.above('CredentialsRejected', 0, own('credentialsRejected'), {
        what: 'Oura rejects the credentials. Nothing is synced until they are fixed.',
        heading: 'credentials-rejected',
      }),
      this.above('RunIncomplete', 0, own('runsUnsettled'), {
        what: 'A run ended with dates that failed or did not settle.',
        heading: 'run-incomplete',
      }),
      this.above(
        'SyncRunFailed',
        0,
        // SUM of a list ignores missing data. With +, there is no result if one of the two has no data.
        new MathExpression({
          label: 'Runs without a summary',
          expression: 'SUM([failed, timedOut])',
          usingMetrics: { failed: stateMachine.metricFailed(), timedOut: stateMachine.metricTimedOut() },
          period: PERIOD,
        }),
        { what: 'A run ended without a summary.', heading: 'sync-run-failed' },
      ),
    ];
  }

  /**
   * One datapoint per hour: CloudWatch evaluates up to seven days for periods of an hour or more, and only one day for
   * shorter ones. FILL turns each hour without data into a zero. Otherwise CloudWatch would look further back for real
   * datapoints and raise the alarm hours late. If there has never been any data, missing data is breaching.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  private noSuccessfulRun(settings: Settings): Alarm {
    const hours = settings.longestSilenceHours;
    return this.add(
      'NoSuccessfulRun',
      {
        metric: new MathExpression({
          label: 'Successful runs',
          expression: 'FILL(succeeded, 0)',
          usingMetrics: { succeeded: ownMetric(settings, 'summary', 'runsSucceeded') },
          period: Duration.hours(1),
        }),
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        evaluationPeriods: hours,
        datapointsToAlarm: hours,
        treatMissingData: TreatMissingData.BREACHING,
      },
      { what: `No run has succeeded for ${hours} hours.`, heading: 'no-successful-run' },
    );
  }

  /** Raises an alarm if one datapoint is above `threshold`. */
  private above(id: string, threshold: number, metric: IMetric, words: Words): Alarm {
    const props = {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // An idle queue or function emits no data.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    return this.add(id, props, words);
  }

  private add(id: string, props: AlarmProps, { what, heading }: Words): Alarm {
    const alarmDescription = `${what} What to do: ${this.runbook}#${heading}`;
    const alarm = new Alarm(this, id, { ...props, alarmDescription });
    nameResource(alarm, id);
    if (this.topic !== undefined) {
      alarm.addAlarmAction(new SnsAction(this.topic));
      alarm.addOkAction(new SnsAction(this.topic));
    }
    return alarm;
  }
}
