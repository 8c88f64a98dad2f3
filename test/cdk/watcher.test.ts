import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import { ENV } from '../../shared/core/names.ts';
import { arnOf, resource, statementsOf, statementsOfRole } from './template-facts.ts';

const template = synthesize({ mornings: true, timeZone: 'Europe/Berlin' });
const { Properties } = resource(template, 'MorningWatch');
const target = Properties['Target'] as Record<string, unknown>;
const roleId = (target['RoleArn'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];

test('is invoked every 15 minutes, and starts no run by itself', () => {
  expect(Properties).toMatchObject({
    ScheduleExpression: 'cron(0/15 * * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
  });
  expect(target['Arn']).toEqual(arnOf('Watcher'));
  expect(target['RetryPolicy']).toEqual({ MaximumEventAgeInSeconds: 600, MaximumRetryAttempts: 2 });
});

test('the schedule may invoke this function and nothing else', () => {
  expect(statementsOfRole(template, roleId)).toEqual([
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arnOf('Watcher') },
  ]);
});

test('has the variables that its handler requires, and no others', () => {
  const handler = readFileSync(join(import.meta.dirname, '../../services/watcher/handler.ts'), 'utf8');
  const asked = [...handler.matchAll(/ENV\.(\w+)/g)].map(([, name]) => ENV[name as keyof typeof ENV]);
  const { Variables } = resource(template, 'Watcher').Properties['Environment'] as { Variables: object };
  expect(Object.keys(Variables).sort()).toEqual([...new Set(asked)].sort());
  expect(Variables).toMatchObject({ SYNC_RUN_ARN: { Ref: 'SyncRun' }, TIME_ZONE: 'Europe/Berlin' });
});

test('may read nights, and change only the morning and the locks of the ledger', () => {
  const statements = statementsOf(template, 'Watcher').filter(
    ({ Sid }) => Sid !== undefined && Sid !== 'WriteOwnLogs',
  );
  expect(statements).toMatchObject([
    { Sid: 'ReadNights', Action: 'dynamodb:BatchGetItem', Resource: arnOf('OuraSleepTable') },
    {
      Sid: 'KeepMorning',
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Resource: arnOf('OuraSyncTable'),
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['morning#*', 'lock#*'] } },
    },
    { Sid: 'UseOuraApiKey', Action: ['ssm:GetParameter', 'ssm:PutParameter'] },
    { Sid: 'StartSync', Action: 'states:StartExecution', Resource: { Ref: 'SyncRun' } },
  ]);
});
