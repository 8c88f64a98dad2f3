import { synthesize } from '../../../cdk/synthesize.ts';
import { resource } from '../template-facts.ts';

const template = synthesize();
const table = (id: string) => resource(template, id).Properties;
const ALL = ['OuraSleepTable', 'OuraSyncTable', 'WorkoutsTable'];

test('uses `date` as the key of nights and `pk` as the key of the ledger', () => {
  expect(table('OuraSleepTable')).toMatchObject({
    KeySchema: [{ AttributeName: 'date', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'date', AttributeType: 'S' }],
  });
  expect(table('OuraSyncTable')).toMatchObject({
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
});

test("uses GainsIQ's keys for workouts", () => {
  expect(table('WorkoutsTable')).toMatchObject({
    KeySchema: [
      { AttributeName: 'workoutId', KeyType: 'HASH' },
      { AttributeName: 'timestamp', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'workoutId', AttributeType: 'S' },
      { AttributeName: 'timestamp', AttributeType: 'N' },
    ],
  });
});

test("creates no table of workouts if the settings name another application's", () => {
  const { Resources, Outputs } = synthesize({ workoutsTable: 'GainsIQSets', workoutsUser: 'robbie' });
  expect(Object.keys(Resources)).not.toContain('WorkoutsTable');
  expect(Outputs).toMatchObject({
    WorkoutsTableName: { Value: 'GainsIQSets' },
    WorkoutsTableOwner: { Value: 'another application' },
    WorkoutsUser: { Value: 'robbie' },
  });
});

test('expires items of the ledger, but no nights', () => {
  expect(table('OuraSyncTable')['TimeToLiveSpecification']).toEqual({
    AttributeName: 'expires_at',
    Enabled: true,
  });
  expect(table('OuraSleepTable')['TimeToLiveSpecification']).toBeUndefined();
});

test.each(ALL)(
  'keeps %s when the stack is deleted or the table replaced, but not when its creation fails',
  (id) => {
    expect(resource(template, id)).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  },
);

test.each(ALL)('protects %s from deletion only if the settings say so', (id) => {
  const { Resources } = synthesize({ deletionProtection: true });
  expect(Resources[id]?.Properties['DeletionProtectionEnabled']).toBe(true);
  expect(table(id)['DeletionProtectionEnabled']).toBe(false);
});

test.each([
  ['OuraSleepTable', 'sleepTable'],
  ['OuraSyncTable', 'syncTable'],
  ['WorkoutsTable', 'ownWorkoutsTable'],
])('gives %s the name of the setting %s, so that a kept table can be adopted', (id, setting) => {
  const { Resources } = synthesize({ [setting]: 'Kept-Table_1' });
  expect(Resources[id]?.Properties['TableName']).toBe('Kept-Table_1');
  expect(table(id)['TableName']).toBeUndefined();
});

test.each(ALL)('can restore %s to any point in the last 35 days', (id) => {
  expect(table(id)['PointInTimeRecoverySpecification']).toEqual({ PointInTimeRecoveryEnabled: true });
});

test.each(ALL)('pays for %s on demand', (id) => {
  expect(table(id)['BillingMode']).toBe('PAY_PER_REQUEST');
});

test.each(ALL)('encrypts %s with the free AWS owned key, the default of DynamoDB', (id) => {
  expect(table(id)['SSESpecification']).toEqual({ SSEEnabled: false });
});
