import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../../cdk/synthesize.ts';
import type { Template } from '../../../cdk/template.ts';
import { RENEW_BELOW_DAYS } from '../../../shared/core/webhook-events.ts';
import { joined, resource, resourcesOf, same } from '../template-facts.ts';

const template = synthesize();
const mailed = synthesize({ alarmEmail: 'night@example.org' });
const withWebhooks = synthesize({ webhooks: true, alarmEmail: 'night@example.org' });
const alarmsOf = (from: Template) =>
  resourcesOf(from, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const alarm = (id: string, from = template) => resource(from, id).Properties;
/** The description of an alarm, with the longest names that AWS generates. */
const textOf = ({ AlarmDescription }: Readonly<Record<string, unknown>>) =>
  joined(AlarmDescription, (intrinsic) =>
    same(intrinsic, { Ref: 'AWS::Region' })
      ? 'ap-southeast-4'
      : same(intrinsic, { Ref: 'AWS::AccountId' })
        ? '123456789012'
        : same(intrinsic, { Ref: 'AWS::URLSuffix' })
          ? 'amazonaws.com'
          : same(intrinsic, { Ref: 'SyncRun' })
            ? `arn:aws:states:ap-southeast-4:123456789012:stateMachine:${'S'.repeat(80)}`
            : 'Q'.repeat(80),
  );
const queueDimension = (id: string) => [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }];

/** The runbook's sections on alarms, by GitHub's anchor of their heading. Another test checks the table of causes. */
const runbook = new Map(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'runbook.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      return [heading.toLowerCase().replaceAll(' ', '-'), text.join('\n')] as const;
    })
    .filter(([anchor]) => anchor !== 'causes'),
);
const linksOf = (from: Template) =>
  alarmsOf(from).map(
    (properties) => /docs\/runbook\.md#([a-z-]+)$/m.exec(textOf(properties))?.at(1) ?? 'none',
  );

/** The metric of an event alarm, whose gaps are filled with zeros. */
const eventOf = (id: string, from = template) => {
  const [math, input] = alarm(id, from)['Metrics'] as {
    Expression?: string;
    MetricStat?: { Metric: object };
  }[];
  expect(math?.Expression).toBe('FILL(happened, 0)');
  return input?.MetricStat;
};

test('DatesParked counts what log-error sends to the parked queue', () => {
  expect(eventOf('DatesParked')).toEqual({
    Metric: {
      Dimensions: queueDimension('ParkedQueue'),
      MetricName: 'NumberOfMessagesSent',
      Namespace: 'AWS/SQS',
    },
    Period: 300,
    Stat: 'Sum',
  });
});

test('LogErrorFailing reads the age of dead letters, with the visibility timeout as the limit', () => {
  expect(eventOf('LogErrorFailing')).toMatchObject({
    Metric: { Dimensions: queueDimension('DeadLetterQueue'), MetricName: 'ApproximateAgeOfOldestMessage' },
  });
  expect(alarm('LogErrorFailing')['Threshold']).toEqual(
    resource(template, 'DeadLetterQueue').Properties['VisibilityTimeout'],
  );
});

test('WorkerThrottled counts the throttles of the worker', () => {
  expect(eventOf('WorkerThrottled')).toMatchObject({
    Metric: { Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Worker' } }], MetricName: 'Throttles' },
    Stat: 'Sum',
  });
});

test.each([
  ['ParkedMessages', 'ParkedQueue', 'Maximum'],
  ['WorkQueueStalled', 'WorkQueue', 'Minimum'],
])('%s reads the visible messages of %s', (id, queue, Statistic) => {
  expect(alarm(id)).toMatchObject({
    Dimensions: queueDimension(queue),
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic,
  });
});

test('relies on the age of the oldest message only for LogErrorFailing, which sees it before the third receive', () => {
  const withAge = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) =>
    JSON.stringify(Properties).includes('ApproximateAgeOfOldestMessage'),
  );
  expect(withAge.map(([id]) => id)).toEqual(['LogErrorFailing']);
});

test.each([
  ['CredentialsRejected', 'CredentialsRejected', 1],
  ['RunIncomplete', 'RunsUnsettled', 1],
  ['ParkedExpiring', 'OldestParkedDays', 10],
])('%s keeps its state until the summary sends another %s', (id, MetricName, Threshold) => {
  expect(alarm(id)).toMatchObject({
    Namespace: 'OuraSleepSync',
    Dimensions: [{ Name: 'service', Value: 'summary' }],
    MetricName,
    Statistic: 'Maximum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold,
    TreatMissingData: 'ignore',
  });
});

test.each([
  [{ messageRetentionDays: 14, longestSilenceHours: 168 }, 6],
  [{ messageRetentionDays: 7 }, 7 - 26 / 24 - 1],
  [{ messageRetentionDays: 1 }, 1 / 24],
])('warns about an expiring message before the last run that can: %o', (settings, Threshold) => {
  expect(alarm('ParkedExpiring', synthesize(settings))['Threshold']).toBeCloseTo(Threshold, 5);
});

describe('if no run succeeds', () => {
  const silence = (from: Template) => {
    const { Metrics, ...properties } = alarm('NoSuccessfulRun', from);
    const [math, input] = Metrics as {
      Expression?: string;
      MetricStat?: { Period: number; Metric: object };
    }[];
    return { properties, math, input };
  };

  test('counts an hour without data as an hour without success, and raises the alarm after 26', () => {
    const { properties, math, input } = silence(template);
    expect(properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      TreatMissingData: 'breaching',
    });
    expect(math?.Expression).toBe('FILL(succeeded, 0)');
    expect(input?.MetricStat).toMatchObject({
      Period: 3600,
      Metric: { Namespace: 'OuraSleepSync', MetricName: 'RunsSucceeded' },
    });
  });

  test.each([
    [26, 1560],
    [168, 2880],
  ])(
    'waits %i hours after the deployment, or the longest warm-up of CloudWatch',
    (longestSilenceHours, minutes) => {
      expect(silence(synthesize({ longestSilenceHours })).properties['WarmUpConfiguration']).toEqual({
        OnlyStartEvaluatingAfterWarmUpPeriodEnds: true,
        WarmUpPeriodDurationInMinutes: minutes,
      });
    },
  );
});

test.each([{}, { longestSilenceHours: 2 }, { longestSilenceHours: 168 }, { webhooks: true }])(
  'evaluates at most 7 days, or one day if a period is shorter than an hour: %o',
  (settings) => {
    const from = synthesize(settings);
    for (const { Period, Metrics, EvaluationPeriods } of alarmsOf(from)) {
      const inputs = (Metrics ?? []) as { MetricStat?: { Period: number } }[];
      const period = Number(Period ?? inputs.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period);
      const most = period < 3600 ? 86_400 : 604_800;
      expect(period * Number(EvaluationPeriods)).toBeLessThanOrEqual(most);
    }
  },
);

test.each([
  [template, 9],
  [withWebhooks, 12],
])('stays at nine alarm metrics, and at twelve with webhooks: ten are free (case %#)', (from, most) => {
  const metrics = alarmsOf(from).map(
    ({ Metrics }) =>
      ((Metrics ?? [{ MetricStat: 1 }]) as object[]).filter((metric) => 'MetricStat' in metric).length,
  );
  expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(most);
});

test('WebhookSignaturesFailing counts the signatures that the receiver rejects', () => {
  expect(eventOf('WebhookSignaturesFailing', withWebhooks)).toEqual({
    Metric: {
      Namespace: 'OuraSleepSync',
      Dimensions: [{ Name: 'service', Value: 'receiver' }],
      MetricName: 'WebhookSignaturesRejected',
    },
    Period: 300,
    Stat: 'Sum',
  });
});

test('NightsUnannounced counts the days with a night that no event announced', () => {
  expect(eventOf('NightsUnannounced', withWebhooks)).toMatchObject({
    Metric: { MetricName: 'NightsUnannounced', Dimensions: [{ Name: 'service', Value: 'worker' }] },
    Period: 86_400,
  });
  expect(alarm('NightsUnannounced', withWebhooks)).toMatchObject({
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
  });
});

test('WebhookSubscriptions keeps its state until the planner sends other days left', () => {
  expect(alarm('WebhookSubscriptions', withWebhooks)).toMatchObject({
    Dimensions: [{ Name: 'service', Value: 'planner' }],
    MetricName: 'SubscriptionDaysLeft',
    Statistic: 'Minimum',
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'ignore',
  });
});

test('warns about an expiry only after renewals have failed for a while', () => {
  const days = Number(alarm('WebhookSubscriptions', withWebhooks)['Threshold']);
  expect(days).toBeGreaterThan(7);
  expect(days).toBeLessThan(RENEW_BELOW_DAYS - 7);
});

describe('the runbook', () => {
  test('has a separate heading for every alarm, linked from the text of the alarm', () => {
    const links = linksOf(withWebhooks);
    expect(links.filter((link) => !runbook.has(link))).toEqual([]);
    expect(new Set(links).size).toBe(links.length);
  });

  test('has an alarm for every heading, unless the section says that there is none', () => {
    const links = linksOf(withWebhooks);
    const others = [...runbook].filter(([anchor]) => !links.includes(anchor));
    expect(others.filter(([, text]) => !text.includes('**No alarm.**'))).toEqual([]);
    expect(
      [...runbook].filter(([anchor, text]) => links.includes(anchor) && text.includes('**No alarm.**')),
    ).toEqual([]);
  });

  test('gives each alarm a description, an investigation and a resolution', () => {
    for (const [anchor, text] of runbook) {
      const parts = [...text.matchAll(/^\*\*(Description|Investigation|Resolution)\.\*\*/gm)].map(
        ([, part]) => part,
      );
      expect([anchor, parts]).toEqual([anchor, ['Description', 'Investigation', 'Resolution']]);
    }
  });

  test('is linked at its published address', () => {
    const published = synthesize({ runbookUrl: 'https://example.org/runbook' });
    for (const properties of alarmsOf(published)) {
      expect(textOf(properties)).toMatch(/ See https:\/\/example\.org\/runbook#[a-z-]+$/m);
    }
  });
});

test('creates no topic without an email address', () => {
  expect(resourcesOf(template, 'AWS::SNS::Topic')).toEqual([]);
  expect(alarmsOf(template).filter(({ AlarmActions }) => AlarmActions !== undefined)).toEqual([]);
});

test('sends an email to the configured address when an alarm starts', () => {
  const [[topicId] = []] = resourcesOf(mailed, 'AWS::SNS::Topic');
  const [[, subscription] = []] = resourcesOf(mailed, 'AWS::SNS::Subscription');
  expect(subscription?.Properties).toMatchObject({
    Protocol: 'email',
    Endpoint: 'night@example.org',
    TopicArn: { Ref: topicId },
  });
  for (const { AlarmActions } of alarmsOf(mailed)) expect(AlarmActions).toEqual([{ Ref: topicId }]);
});

test('sends an email when a state alarm changes from ALARM to OK, and none for a new alarm that is OK', () => {
  for (const { OKActions } of alarmsOf(mailed)) expect(OKActions).toBeUndefined();
  const [[topicId] = []] = resourcesOf(mailed, 'AWS::SNS::Topic');
  const [[, rule] = []] = resourcesOf(mailed, 'AWS::Events::Rule');
  expect(rule?.Properties).toMatchObject({
    EventPattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: ['WorkQueueStalled', 'NoSuccessfulRun', 'CredentialsRejected', 'RunIncomplete'].map(
        (id) => ({
          'Fn::GetAtt': [id, 'Arn'],
        }),
      ),
      detail: { state: { value: ['OK'] }, previousState: { value: ['ALARM'] } },
    },
    Targets: [
      {
        Arn: { Ref: topicId },
        InputTransformer: {
          InputTemplate: '"Fixed: the alarm <detail-alarmName> is OK again since <detail-state-timestamp>."',
        },
      },
    ],
  });
});

describe('the text of an alarm', () => {
  const texts = () => alarmsOf(synthesize({ stackName: 'S'.repeat(128), webhooks: true })).map(textOf);

  test('has the first step, and absolute links to the executions and the dashboard', () => {
    for (const text of texts()) {
      const [first, ...links] = text.split('\n');
      expect(first).toMatch(/^[A-Z].+\. What to do: [A-Z].+\. See docs\/runbook\.md#[a-z-]+$/);
      expect(links.slice(-2)).toEqual([
        `Executions: https://ap-southeast-4.console.aws.amazon.com/states/home?region=ap-southeast-4#/statemachines/view/arn:aws:states:ap-southeast-4:123456789012:stateMachine:${'S'.repeat(80)}`,
        `Dashboard: https://ap-southeast-4.console.aws.amazon.com/cloudwatch/home?region=ap-southeast-4#dashboards/dashboard/${'S'.repeat(128)}-ap-southeast-4`,
      ]);
    }
  });

  test('has a link to the queue that it is about', () => {
    const address =
      'https://ap-southeast-4.console.aws.amazon.com/sqs/v3/home?region=ap-southeast-4#/queues/' +
      encodeURIComponent(`https://sqs.ap-southeast-4.amazonaws.com/123456789012/${'Q'.repeat(80)}`);
    expect(textOf(alarm('DatesParked'))).toContain(`\nParked queue: ${address}\n`);
    expect(textOf(alarm('LogErrorFailing'))).toContain(`\nDead-letter queue: ${address}\n`);
    expect(textOf(alarm('WorkQueueStalled'))).toContain(`\nWork queue: ${address}\n`);
  });

  test('has at most 1,024 characters, the limit of CloudWatch, also with the longest names', () => {
    expect(texts().filter(({ length }) => length > 1024)).toEqual([]);
  });

  test('names the dashboard by which the link finds it', () => {
    expect(resource(template, 'Dashboard').Properties['DashboardName']).toEqual({
      'Fn::Join': ['', ['OuraSleepSync-', { Ref: 'AWS::Region' }]],
    });
  });
});

test('allows only alarms and rules of this account to publish to the topic, and only over TLS', () => {
  const [[topicId] = []] = resourcesOf(mailed, 'AWS::SNS::Topic');
  const [[, policy] = []] = resourcesOf(mailed, 'AWS::SNS::TopicPolicy');
  expect(policy?.Properties['PolicyDocument']).toMatchObject({
    Statement: [
      { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: { Ref: topicId },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
      { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'events.amazonaws.com' } },
    ],
  });
});
