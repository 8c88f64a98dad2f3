import { readSettings } from '../../../cdk/settings.ts';
import { changedLines, removedLines } from '../../../services/cli/deploy/changes.ts';
import type { DeployedStack } from '../../../services/cli/deploy/deployed-stack.ts';

test('shows a setting that is added, changed or removed', () => {
  const before = readSettings({ timeZone: 'Europe/Berlin', alarmEmail: 'me@example.org' });
  const after = readSettings({ timeZone: 'Asia/Tokyo', alarmEmail: '', workoutsUser: 'robbie' });
  expect(changedLines(before, after).toSorted()).toEqual([
    'alarmEmail: me@example.org → not set',
    'timeZone: Europe/Berlin → Asia/Tokyo',
    'workoutsUser: not set → robbie',
  ]);
  expect(changedLines(before, before)).toEqual([]);
});

test('shows what is removed, and what is kept outside the stack', () => {
  const resource = (Type: string, DeletionPolicy?: string) => ({
    Type,
    Properties: {},
    ...(DeletionPolicy && { DeletionPolicy }),
  });
  const deployed: DeployedStack = {
    given: {},
    settings: readSettings({}),
    declared: {
      Topic: resource('AWS::SNS::Topic'),
      Table: resource('AWS::DynamoDB::Table', 'RetainExceptOnCreate'),
      Queue: resource('AWS::SQS::Queue'),
      CDKMetadata: resource('AWS::CDK::Metadata'),
    },
    physical: new Map([['Table', { type: 'AWS::DynamoDB::Table', physicalId: 'Mine-Table-1' }]]),
  };
  const after = { Resources: { Queue: resource('AWS::SQS::Queue') }, Outputs: {} };
  expect(removedLines(deployed, after)).toEqual([
    'AWS::SNS::Topic Topic',
    'AWS::DynamoDB::Table Table (Mine-Table-1), which is kept outside the stack',
  ]);
});
