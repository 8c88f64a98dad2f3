import { readSettings } from '../../../cdk/settings.ts';
import { synthesize, type Template } from '../../../cdk/synthesize.ts';
import { oldestWorkMessageSeconds } from '../../../cdk/timing.ts';
import { find, joined, resourcesOf, same } from '../template-facts.ts';

const template = synthesize();
const mailed = synthesize({ alarmEmail: 'night@example.org' });
const alarmsOf = (from: Template) =>
  resourcesOf(from, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

interface DashboardBody {
  readonly widgets: readonly { properties: { metrics?: readonly unknown[][]; alarms?: readonly string[] } }[];
}
const [[, dashboard] = []] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
const { widgets } = JSON.parse(
  joined(dashboard?.Properties['DashboardBody'], (intrinsic) => Object.values(intrinsic).flat().join('.')),
) as DashboardBody;
const shown = widgets
  .flatMap(({ properties }) => properties.metrics ?? [])
  .map((metric) => metric.slice(1, 4).join(' '));

test.each(['WorkQueue', 'DeadLetterQueue', 'ParkedQueue'])('shows depth and age of %s', (id) => {
  expect(shown).toContain(`ApproximateNumberOfMessagesVisible QueueName ${id}.QueueName`);
  expect(shown).toContain(`ApproximateNumberOfMessagesNotVisible QueueName ${id}.QueueName`);
  expect(shown).toContain(`ApproximateAgeOfOldestMessage QueueName ${id}.QueueName`);
});

test('shows every alarm on the dashboard', () => {
  const listed = widgets.flatMap(({ properties }) => properties.alarms ?? []);
  expect(listed).toEqual(resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id]) => `${id}.Arn`));
});

test('raises an alarm as soon as one date is parked', () => {
  const alarm = find(template, 'AWS::CloudWatch::Alarm', ({ Dimensions }) =>
    same(Dimensions, [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['ParkedQueue', 'QueueName'] } }]),
  );
  expect(alarm.Properties).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    Statistic: 'Maximum',
    EvaluationPeriods: 1,
  });
});

test('raises an alarm where a date outlives all its attempts', () => {
  const ageAlarm = (from: Template) =>
    find(from, 'AWS::CloudWatch::Alarm', ({ MetricName }) => MetricName === 'ApproximateAgeOfOldestMessage');
  const settings = readSettings({ retryBaseSeconds: 60 });
  expect(ageAlarm(template).Properties).toMatchObject({
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['WorkQueue', 'QueueName'] } }],
    Threshold: oldestWorkMessageSeconds(readSettings({})),
  });
  expect(ageAlarm(synthesize({ retryBaseSeconds: 60 })).Properties['Threshold']).toBe(
    oldestWorkMessageSeconds(settings),
  );
});

test('raises an alarm where a run ends without a summary', () => {
  const alarm = find(
    template,
    'AWS::CloudWatch::Alarm',
    ({ MetricName }) => MetricName === 'ExecutionsFailed',
  );
  expect(alarm.Properties['Dimensions']).toEqual([{ Name: 'StateMachineArn', Value: { Ref: 'SyncRun' } }]);
});

test('takes silence for calm: an empty queue emits nothing', () => {
  expect(alarmsOf(template).map(({ TreatMissingData }) => TreatMissingData)).toEqual(
    alarmsOf(template).map(() => 'notBreaching'),
  );
});

test('links every alarm to a heading of its own in the runbook', () => {
  const links = alarmsOf(template).map(({ AlarmDescription }) =>
    /docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription))?.at(1),
  );
  expect(links).not.toContain(undefined);
  expect(new Set(links).size).toBe(links.length);
});

test('links to the runbook where it is published', () => {
  const published = synthesize({ runbookUrl: 'https://example.org/runbook' });
  for (const { AlarmDescription } of alarmsOf(published)) {
    expect(AlarmDescription).toMatch(/https:\/\/example\.org\/runbook#[a-z-]+$/);
  }
});

test('makes no topic where nobody is to be told', () => {
  expect(resourcesOf(template, 'AWS::SNS::Topic')).toEqual([]);
  expect(alarmsOf(template).map(({ AlarmActions }) => AlarmActions)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('mails every alarm, and its end, to the address of the settings', () => {
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

test('lets the alarms of this account publish to the topic, and nobody without TLS', () => {
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
