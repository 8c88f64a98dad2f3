import { localSettings } from '../../../services/cli/target/settings.ts';

test('the command line overrides cdk.json, except with undefined', () => {
  expect(localSettings({ timeZone: 'Europe/Helsinki', retryBaseSeconds: undefined })).toMatchObject({
    timeZone: 'Europe/Helsinki',
    retryBaseSeconds: 480,
  });
});

test("ignores another application's table of workouts, which is on AWS", () => {
  expect(localSettings({ workoutsTable: 'GainsIQSets' }).workoutsTable).toBeUndefined();
});
