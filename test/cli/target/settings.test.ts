import { localSettings } from '../../../services/cli/target/settings.ts';

test('what the command line gives goes before cdk.json, and what it leaves out does not', () => {
  expect(localSettings({ timeZone: 'Europe/Helsinki', retryBaseSeconds: undefined })).toMatchObject({
    timeZone: 'Europe/Helsinki',
    retryBaseSeconds: 480,
  });
});

test("another application's table of workouts is on AWS: one machine keeps its own", () => {
  expect(localSettings({ workoutsTable: 'GainsIQSets' }).workoutsTable).toBeUndefined();
});
