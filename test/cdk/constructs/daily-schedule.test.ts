import { synthesize } from '../../../cdk/synthesize.ts';
import { resource, statementsOfRole } from '../template-facts.ts';

const template = synthesize();
const { Properties } = resource(template, 'DailySync');
const target = Properties['Target'] as Record<string, unknown>;
const roleId = (target['RoleArn'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];

test('starts the run at noon in Los Angeles in every season', () => {
  expect(Properties).toMatchObject({
    ScheduleExpression: 'cron(0 12 * * ? *)',
    ScheduleExpressionTimezone: 'America/Los_Angeles',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
  });
});

test('follows the schedule and the time zone of the settings', () => {
  const changed = synthesize({ schedule: 'cron(30 6 ? * MON-FRI *)', timeZone: 'Europe/Berlin' });
  expect(resource(changed, 'DailySync').Properties).toMatchObject({
    ScheduleExpression: 'cron(30 6 ? * MON-FRI *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
  });
});

test('passes the trigger `schedule` to the run', () => {
  expect(target['Arn']).toEqual({ Ref: 'SyncRun' });
  expect(JSON.parse(String(target['Input']))).toEqual({ trigger: 'schedule' });
});

test('tries for six hours to start the run', () => {
  expect(target['RetryPolicy']).toEqual({ MaximumEventAgeInSeconds: 6 * 3600, MaximumRetryAttempts: 20 });
});

test('may start this state machine and nothing else', () => {
  expect(statementsOfRole(template, roleId)).toEqual([
    { Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: 'SyncRun' } },
  ]);
});

test('allows only EventBridge Scheduler of this account to assume its role', () => {
  expect(resource(template, roleId).Properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [
      {
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  });
});
