import { synthesize } from '../../../cdk/synthesize.ts';
import { resource } from '../template-facts.ts';

const template = synthesize();
const table = (id: string) => resource(template, id).Properties;
const ALL = ['OuraSleepTable', 'OuraSyncTable', 'WorkoutsTable'];

test('keeps nights by date and the ledger by pk', () => {
  expect(table('OuraSleepTable')).toMatchObject({
    KeySchema: [{ AttributeName: 'date', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'date', AttributeType: 'S' }],
  });
  expect(table('OuraSyncTable')).toMatchObject({
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
});

test("keeps workouts under GainsIQ's own keys", () => {
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

test("makes no table of workouts where another application's is named", () => {
  const { Resources, Outputs } = synthesize({ workoutsTable: 'GainsIQSets', workoutsUser: 'robbie' });
  expect(Object.keys(Resources)).not.toContain('WorkoutsTable');
  expect(Outputs).toMatchObject({
    WorkoutsTableName: { Value: 'GainsIQSets' },
    WorkoutsTableOwner: { Value: 'another application' },
    WorkoutsUser: { Value: 'robbie' },
  });
});

test('lets items of the ledger expire, and no night', () => {
  expect(table('OuraSyncTable')['TimeToLiveSpecification']).toEqual({
    AttributeName: 'expires_at',
    Enabled: true,
  });
  expect(table('OuraSleepTable')['TimeToLiveSpecification']).toBeUndefined();
});

test.each(ALL)('leaves %s behind when the stack is deleted or the table replaced', (id) => {
  expect(resource(template, id)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test.each(ALL)('can bring %s back to any moment of the last 35 days', (id) => {
  expect(table(id)['PointInTimeRecoverySpecification']).toEqual({ PointInTimeRecoveryEnabled: true });
});

test.each(ALL)('pays for %s on demand', (id) => {
  expect(table(id)['BillingMode']).toBe('PAY_PER_REQUEST');
});

test.each(ALL)("encrypts %s with the key that AWS owns, DynamoDB's default, at no charge", (id) => {
  expect(table(id)['SSESpecification']).toEqual({ SSEEnabled: false });
});
