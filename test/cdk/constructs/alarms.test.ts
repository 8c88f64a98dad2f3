import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../../cdk/settings.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import type { Template } from '../../../cdk/template.ts';
import { oldestWorkMessageSeconds } from '../../../cdk/timing.ts';
import { resource, resourcesOf } from '../template-facts.ts';

const template = synthesize();
const mailed = synthesize({ alarmEmail: 'night@example.org' });
const alarmsOf = (from: Template) =>
  resourcesOf(from, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const alarm = (id: string, from = template) => resource(from, id).Properties;
const queueDimension = (id: string) => [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }];

/** A single datapoint above the threshold is enough. */
const AT_ONCE = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Period: 300 };

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
    ({ AlarmDescription }) => /docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription))?.at(1) ?? 'none',
  );

test('raises an alarm as soon as one date is parked', () => {
  expect(alarm('ParkedMessages')).toMatchObject({
    ...AT_ONCE,
    Dimensions: queueDimension('ParkedQueue'),
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Threshold: 0,
  });
});

test('raises an alarm if a message is older than all its attempts can take', () => {
  expect(alarm('WorkMessageTooOld')).toMatchObject({
    ...AT_ONCE,
    Dimensions: queueDimension('WorkQueue'),
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: oldestWorkMessageSeconds(readSettings({})),
  });
  expect(alarm('WorkMessageTooOld', synthesize({ retryBaseSeconds: 60 }))['Threshold']).toBe(
    oldestWorkMessageSeconds(readSettings({ retryBaseSeconds: 60 })),
  );
});

test('raises an alarm if a dead letter is older than an attempt of log-error', () => {
  expect(alarm('LogErrorFailing')).toMatchObject({
    ...AT_ONCE,
    Dimensions: queueDimension('DeadLetterQueue'),
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: resource(template, 'DeadLetterQueue').Properties['VisibilityTimeout'],
  });
});

test('raises an alarm as soon as Lambda throttles the worker', () => {
  expect(alarm('WorkerThrottled')).toMatchObject({
    ...AT_ONCE,
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Worker' } }],
    MetricName: 'Throttles',
    Statistic: 'Sum',
    Threshold: 0,
  });
});

test.each([
  ['CredentialsRejected', 'CredentialsRejected'],
  ['RunIncomplete', 'RunsUnsettled'],
])('raises %s as soon as the summary sends %s', (id, MetricName) => {
  expect(alarm(id)).toMatchObject({
    ...AT_ONCE,
    Namespace: 'OuraSleepSync',
    Dimensions: [{ Name: 'service', Value: 'summary' }],
    MetricName,
    Statistic: 'Sum',
    Threshold: 0,
  });
});

test('raises an alarm if an execution fails or times out, even if the other metric has no data', () => {
  const { Metrics, ...properties } = alarm('SyncRunFailed');
  expect(properties).toMatchObject({
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    EvaluationPeriods: 1,
  });
  const [math, ...inputs] = Metrics as { Expression?: string; MetricStat?: { Metric: object } }[];
  expect(math?.Expression).toBe('SUM([failed, timedOut])');
  const Dimensions = [{ Name: 'StateMachineArn', Value: { Ref: 'SyncRun' } }];
  expect(inputs.map(({ MetricStat }) => MetricStat?.Metric)).toEqual([
    { Namespace: 'AWS/States', MetricName: 'ExecutionsFailed', Dimensions },
    { Namespace: 'AWS/States', MetricName: 'ExecutionsTimedOut', Dimensions },
  ]);
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

  // PutMetricAlarm: at most 7 days of periods, or one day if a period is shorter than an hour.
  test.each([2, 168])('stays within the limits of CloudWatch with %i hours', (longestSilenceHours) => {
    const { properties, input } = silence(synthesize({ longestSilenceHours }));
    const period = Number(input?.MetricStat?.Period);
    expect(period).toBeGreaterThanOrEqual(3600);
    expect(Number(properties['EvaluationPeriods']) * period).toBe(longestSilenceHours * 3600);
    expect(longestSilenceHours * 3600).toBeLessThanOrEqual(604_800);
  });
});

test('treats missing data as OK in all other alarms, because idle services emit nothing', () => {
  const others = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([id]) => id !== 'NoSuccessfulRun');
  expect(others.map(([, { Properties }]) => Properties['TreatMissingData'])).toEqual(
    Array(7).fill('notBreaching'),
  );
});

test("stays within CloudWatch's ten free alarm metrics", () => {
  const metrics = alarmsOf(template).map(
    ({ Metrics }) =>
      ((Metrics ?? [{ MetricStat: 1 }]) as object[]).filter((metric) => 'MetricStat' in metric).length,
  );
  expect(metrics.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);
});

describe('the runbook', () => {
  test('has a separate heading for every alarm, linked from the text of the alarm', () => {
    const links = linksOf(template);
    expect(links.filter((link) => !runbook.has(link))).toEqual([]);
    expect(new Set(links).size).toBe(links.length);
  });

  test('has an alarm for every heading, unless the section says that there is none', () => {
    const links = linksOf(template);
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
    for (const { AlarmDescription } of alarmsOf(published)) {
      expect(AlarmDescription).toMatch(/https:\/\/example\.org\/runbook#[a-z-]+$/);
    }
  });
});

test('creates no topic without an email address', () => {
  expect(resourcesOf(template, 'AWS::SNS::Topic')).toEqual([]);
  expect(alarmsOf(template).filter(({ AlarmActions }) => AlarmActions !== undefined)).toEqual([]);
});

test('sends an email to the configured address when an alarm starts or ends', () => {
  const [[topicId] = []] = resourcesOf(mailed, 'AWS::SNS::Topic');
  const [[, subscription] = []] = resourcesOf(mailed, 'AWS::SNS::Subscription');
  expect(subscription?.Properties).toMatchObject({
    Protocol: 'email',
    Endpoint: 'night@example.org',
    TopicArn: { Ref: topicId },
  });
  for (const { AlarmActions, OKActions } of alarmsOf(mailed)) {
    expect(AlarmActions).toEqual([{ Ref: topicId }]);
    expect(OKActions).toEqual([{ Ref: topicId }]);
  }
});

test('allows only alarms of this account to publish to the topic, and only over TLS', () => {
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
    ],
  });
});
