import {
  Alarm,
  type AlarmProps,
  type CfnAlarm,
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
import { EXPIRY_WARNING_DAYS } from '../../shared/core/webhook-events.ts';
import type { Settings } from '../settings.ts';
import { deadLetterVisibilitySeconds, parkedWarningDays } from '../timing.ts';
import { mailTopic, mailWhenFixed } from './alarm-mail.ts';
import { dashboardPage, executionsPage, queuePage } from './console-links.ts';
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

/** The text of an alarm. */
interface Words {
  /** What is wrong. */
  readonly what: string;
  /** What to do first. */
  readonly first: string;
  /** The heading (anchor) in docs/runbook.md that explains it. */
  readonly heading: string;
  /** The queue that it is about. */
  readonly queue?: keyof WorkQueues & ('work' | 'deadLetter' | 'parked');
}

type State = 'credentialsRejected' | 'runsUnsettled' | 'oldestParkedDays';

const PERIOD = Duration.minutes(5);
const DAY = Duration.days(1);
/** The number of periods in an hour. */
const HOUR = 12;
/** The longest warm-up that CloudWatch accepts, in hours. */
const LONGEST_WARM_UP = 48;

/** In five minutes. Scanners find any public address. Events of a night with the wrong signature are twelve at once. */
const STRAY_REQUESTS = 5;

const QUEUE_NAMES = { work: 'Work queue', deadLetter: 'Dead-letter queue', parked: 'Parked queue' } as const;

/**
 * The alarms, each with its first step, links to the console, and a link to the runbook. If `alarmEmail` is set, each sends
 * a mail. docs/decisions/0020 lists what each of them reads.
 *
 * An event alarm is raised by something that happened. It clears when nothing more happens, so it sends no mail then. A state
 * alarm stays until its cause is gone. It sends a mail then, if that means that nothing needs to be done any more.
 */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];
  private readonly props: WatchedProps;
  /** Undefined without `alarmEmail`. */
  readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: WatchedProps) {
    super(scope, id);
    this.props = props;
    const { alarmEmail } = props.settings;
    this.topic = alarmEmail === undefined ? undefined : mailTopic(this, alarmEmail);
    // OK means fixed: a worker takes messages again, a run succeeded, a run was accepted, the look-back is complete.
    const fixable = [
      this.workQueueStalled(),
      this.noSuccessfulRun(),
      this.sinceLastRun('CredentialsRejected', 'credentialsRejected', 1, {
        what: 'Oura rejects the credentials. Nothing is synced until they are fixed.',
        first: 'Run npm run connect -- --aws, then npm start -- --once --aws.',
        heading: 'credentials-rejected',
      }),
      this.sinceLastRun('RunIncomplete', 'runsUnsettled', 1, {
        what: 'The last run ended with dates that failed or did not settle.',
        first:
          'Open the output of the newest execution: it has the causes. Or run npm run failures -- --aws.',
        heading: 'run-incomplete',
      }),
      ...this.subscriptionState(),
    ];
    // OK means less: nothing more has happened, or the parked messages have been moved or have expired.
    const others = [
      this.datesParked(),
      this.parkedMessages(),
      this.parkedExpiring(),
      ...this.functionEvents(),
      ...this.webhookEvents(),
    ];
    this.alarms = [...others, ...fixable];
    if (this.topic !== undefined) mailWhenFixed(this, this.topic, fixable);
  }

  /** Two periods, because a datapoint may be published late. It clears after ten minutes, so the next date notifies again. */
  private datesParked(): Alarm {
    // The messages that log-error parks. SQS does not count those that it moves itself: LogErrorFailing reports them.
    const sent = this.props.queues.parked.metricNumberOfMessagesSent({ period: PERIOD });
    return this.event('DatesParked', 0, 2, sent, {
      what: 'A date was parked: every attempt to sync it failed.',
      first:
        'Run npm run redrive -- --aws --dry-run to see why, fix the cause, then npm run redrive -- --aws.',
      heading: 'dates-parked',
      queue: 'parked',
    });
  }

  private parkedMessages(): Alarm {
    const visible = this.props.queues.parked.metricApproximateNumberOfMessagesVisible({
      period: PERIOD,
      statistic: Stats.MAXIMUM,
    });
    return this.forAnHour('ParkedMessages', visible, {
      what: 'Dates have been parked for an hour. They are not retried.',
      first:
        'Run npm run redrive -- --aws --dry-run to see why, fix the cause, then npm run redrive -- --aws.',
      heading: 'parked-messages',
      queue: 'parked',
    });
  }

  private parkedExpiring(): Alarm {
    const { settings } = this.props;
    const days = parkedWarningDays(settings);
    return this.sinceLastRun('ParkedExpiring', 'oldestParkedDays', days, {
      what: `A message has been parked for ${Number(days.toFixed(1))} days. SQS deletes it ${settings.messageRetentionDays} days after it was sent.`,
      first: 'Run npm run redrive -- --aws.',
      heading: 'parked-expiring',
      queue: 'parked',
    });
  }

  /** Visible messages, because the age of the oldest one leaves out messages that were received three times or more. */
  private workQueueStalled(): Alarm {
    const visible = this.props.queues.work.metricApproximateNumberOfMessagesVisible({
      period: PERIOD,
      statistic: Stats.MINIMUM,
    });
    return this.forAnHour('WorkQueueStalled', visible, {
      what: 'Dates have waited on the work queue for an hour, and no worker has taken them.',
      first: "Run npm run doctor -- --aws: it checks the worker's event source and its concurrency.",
      heading: 'work-queue-stalled',
      queue: 'work',
    });
  }

  private functionEvents(): Alarm[] {
    const { settings, queues, handlers } = this.props;
    return [
      // Age, not errors: Lambda counts an invocation with batch item failures as a success. The age also shows that the
      // function is throttled, disabled or cannot start. A message is above this age from its second receive to its third.
      this.event(
        'LogErrorFailing',
        deadLetterVisibilitySeconds(settings),
        HOUR,
        queues.deadLetter.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM }),
        {
          what: 'Log-error does not park failed dates. After five receives, SQS parks them without a recorded reason.',
          first: 'Open the log of LogError, or run npm run doctor -- --aws if the log has no lines.',
          heading: 'log-error-failing',
          queue: 'deadLetter',
        },
      ),
      this.event('WorkerThrottled', 0, HOUR, handlers.worker.function.metricThrottles({ period: PERIOD }), {
        what: 'Lambda refused to start the worker. Each refusal uses up one of the five receives of a message.',
        first: 'Run npm run doctor -- --aws: it shows the concurrency of the account and of the worker.',
        heading: 'worker-throttled',
        queue: 'work',
      }),
    ];
  }

  /** Only with the setting webhooks. */
  private webhookEvents(): Alarm[] {
    const { settings, handlers } = this.props;
    if (handlers.receiver === undefined) return [];
    const rejected = ownMetric(settings, 'receiver', 'webhookSignaturesRejected', { period: PERIOD });
    const unannounced = ownMetric(settings, 'worker', 'nightsUnannounced', { period: DAY });
    return [
      this.event('WebhookSignaturesFailing', STRAY_REQUESTS, HOUR, rejected, {
        what: 'Requests with an invalid signature reach the webhooks. If Oura sent them, no event starts a sync.',
        first: 'Run npm run webhooks -- repair --aws: it stores the client secret again.',
        heading: 'webhook-signatures-failing',
      }),
      // One night without an event may be a lost one, which the daily run is for.
      this.event(
        'NightsUnannounced',
        0,
        3,
        unannounced,
        {
          what: 'On two of three days, nights arrived that no event had announced. They wait for the daily run.',
          first: 'Run npm run webhooks -- --aws: it shows the subscriptions.',
          heading: 'nights-unannounced',
        },
        { period: DAY, datapoints: 2 },
      ),
    ];
  }

  /** Only with the setting webhooks. The planner sends the value once a day, after it has renewed the subscriptions. */
  private subscriptionState(): Alarm[] {
    const { settings, handlers } = this.props;
    if (handlers.receiver === undefined) return [];
    const props = {
      metric: ownMetric(settings, 'planner', 'subscriptionDaysLeft', {
        period: Duration.minutes(1),
        statistic: Stats.MINIMUM,
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: EXPIRY_WARNING_DAYS,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    };
    return [
      this.add('WebhookSubscriptions', props, {
        what: `A webhook subscription is missing or expires within ${EXPIRY_WARNING_DAYS} days. Its events do not start a sync.`,
        first: 'Run npm run webhooks -- subscribe --aws.',
        heading: 'webhook-subscriptions',
      }),
    ];
  }

  /**
   * One datapoint per hour: CloudWatch evaluates up to seven days for periods of an hour or more, and only one day for
   * shorter ones. FILL turns each hour without data into a zero. Otherwise CloudWatch would look further back for real
   * datapoints and raise the alarm hours late. If there has never been any data, missing data is breaching, but only after
   * the warm-up: a new stack has had no time to succeed.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
   */
  private noSuccessfulRun(): Alarm {
    const { settings } = this.props;
    const hours = settings.longestSilenceHours;
    const alarm = this.add(
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
      {
        what: `No run has succeeded for ${hours} hours.`,
        first:
          'Open the newest execution, or run npm run doctor -- --aws. Then run npm start -- --once --aws.',
        heading: 'no-successful-run',
      },
    );
    (alarm.node.defaultChild as CfnAlarm).warmUpConfiguration = {
      warmUpPeriodDurationInMinutes: Math.min(hours, LONGEST_WARM_UP) * 60,
      onlyStartEvaluatingAfterWarmUpPeriodEnds: true,
    };
    return alarm;
  }

  /**
   * An event alarm: raised if a datapoint (or `datapoints` of them) of the last `periods` is above `threshold`. FILL makes it clear on time. Without
   * it, CloudWatch would evaluate the last real datapoint again for as long as it finds it.
   */
  private event(
    id: string,
    threshold: number,
    periods: number,
    metric: IMetric,
    words: Words,
    { period = PERIOD, datapoints = 1 } = {},
  ): Alarm {
    const props = {
      metric: new MathExpression({
        label: words.what,
        expression: 'FILL(happened, 0)',
        usingMetrics: { happened: metric },
        period,
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: datapoints,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    return this.add(id, props, words);
  }

  /** A state alarm on a queue. SQS publishes the depth every minute while the queue holds messages. */
  private forAnHour(id: string, metric: IMetric, words: Words): Alarm {
    const props = {
      metric,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: HOUR,
      datapointsToAlarm: HOUR,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    return this.add(id, props, words);
  }

  /**
   * A state alarm on a value that each run sends. Between runs there is no data, and the alarm keeps its state (`ignore`). The
   * period is a minute, the resolution of the data: longer windows slide over two runs in a row, and would show the first
   * one again after the second.
   */
  private sinceLastRun(id: string, metric: State, threshold: number, words: Words): Alarm {
    const props = {
      metric: ownMetric(this.props.settings, 'summary', metric, {
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    };
    return this.add(id, props, words);
  }

  private add(id: string, props: AlarmProps, words: Words): Alarm {
    const alarm = new Alarm(this, id, { ...props, alarmDescription: this.describe(words) });
    nameResource(alarm, id);
    if (this.topic !== undefined) alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }

  /** At most 1,024 characters [CloudWatch]. `npm run doctor` shows the first line. */
  private describe({ what, first, heading, queue }: Words): string {
    const { settings, queues, stateMachine } = this.props;
    const { runbookUrl = 'docs/runbook.md', stackName } = settings;
    return [
      `${what} What to do: ${first} See ${runbookUrl}#${heading}`,
      ...(queue === undefined ? [] : [`${QUEUE_NAMES[queue]}: ${queuePage(queues[queue])}`]),
      `Executions: ${executionsPage(stateMachine)}`,
      `Dashboard: ${dashboardPage(stackName)}`,
    ].join('\n');
  }
}
