import { localSettings } from '../../../services/cli/target/settings.ts';
import { defaultTemplate, LOCAL_DEFAULTS } from '../../../services/local/template/default-template.ts';
import { freshSettingsFile } from '../../helpers/settings-file.ts';

const file = freshSettingsFile();

test('the command line overrides the settings file, except with undefined', () => {
  file.write({ timeZone: 'Asia/Tokyo', lookBackDays: 9, maxReceiveCount: 2 });
  expect(localSettings({ timeZone: 'Europe/Helsinki', lookBackDays: undefined })).toMatchObject({
    timeZone: 'Europe/Helsinki',
    lookBackDays: 9,
    maxReceiveCount: 2,
  });
});

test('a settings file of a deployed stack runs the default template', () => {
  file.write({
    timeZone: 'Europe/Helsinki',
    alarmEmail: 'me@example.org',
    runbookUrl: 'https://example.org/runbook',
    reserveConcurrency: false,
    longestSilenceHours: 30,
    webhooks: true,
    webhookPath: '/elsewhere',
    deletionProtection: true,
    sleepTable: 'Kept1',
    syncTable: 'Kept2',
    workoutsTable: 'GainsIQSets',
    notify: 'https://ntfy.sh/topic',
  });
  expect(defaultTemplate(localSettings(LOCAL_DEFAULTS))).toBeDefined();
});

test('webhooks are on if this machine receives them', () => {
  file.write({ webhooks: false, webhookPath: '/elsewhere' });
  expect(localSettings({ webhooks: true, webhookPath: '/here' })).toMatchObject({
    webhooks: true,
    webhookPath: '/here',
  });
});

test("ignores another application's table of workouts, which is on AWS", () => {
  file.write({ workoutsTable: 'GainsIQSets' });
  expect(localSettings().workoutsTable).toBeUndefined();
});
