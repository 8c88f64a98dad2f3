import { TimeZone } from 'aws-cdk-lib/core';
import { changedSettings, readSettings, SettingsInvalid, settingsInContext } from '../../cdk/settings.ts';

const refusal = (given: Record<string, unknown>): SettingsInvalid => {
  try {
    readSettings(given);
  } catch (error: unknown) {
    if (error instanceof SettingsInvalid) return error;
    throw error;
  }
  throw new Error('The settings were taken');
};

test('has a default for everything', () => {
  expect(readSettings({})).toEqual({
    stackName: 'OuraSleepSync',
    schedule: 'cron(0 12 * * ? *)',
    timeZone: 'America/Los_Angeles',
    lookBackDays: 7,
    concurrency: 3,
    reserveConcurrency: true,
    requestsPerMinute: 600,
    batchSize: 650,
    batchingWindowSeconds: 1,
    maxReceiveCount: 5,
    retryBaseSeconds: 480,
    workerTimeoutSeconds: 60,
    plannerTimeoutSeconds: 60,
    logErrorTimeoutSeconds: 30,
    summaryTimeoutSeconds: 30,
    messageRetentionDays: 14,
    runRetentionDays: 90,
    logRetentionDays: 30,
    ouraApiBaseUrl: 'https://api.ouraring.com',
    ouraApiKeyParameter: '/OuraSleepSync/oura-api-key',
    mornings: false,
    webhooks: false,
    webhookPath: '/oura',
    webhookParameter: '/OuraSleepSync/webhook',
    workoutsTable: undefined,
    workoutsUser: undefined,
    sleepTable: undefined,
    syncTable: undefined,
    ownWorkoutsTable: undefined,
    deletionProtection: false,
    longestSilenceHours: 26,
    alarmEmail: undefined,
    runbookUrl: undefined,
  });
});

test('accepts numbers and booleans as text, as the command line passes them', () => {
  expect(
    readSettings({ lookBackDays: '14', retryBaseSeconds: '0.25', reserveConcurrency: 'false' }),
  ).toMatchObject({ lookBackDays: 14, retryBaseSeconds: 0.25, reserveConcurrency: false });
});

test('derives the name of the key parameter from the name of the stack', () => {
  expect(readSettings({ stackName: 'Second' }).ouraApiKeyParameter).toBe('/Second/oura-api-key');
});

test('accepts another name for the key parameter', () => {
  expect(readSettings({ stackName: 'Second', ouraApiKeyParameter: '/mine/key' }).ouraApiKeyParameter).toBe(
    '/mine/key',
  );
});

test.each(['alarmEmail', 'runbookUrl', 'sleepTable', 'workoutsTable', 'workoutsUser'] as const)(
  'treats an empty %s as not set',
  (name) => {
    expect(readSettings({ [name]: '' })[name]).toBeUndefined();
  },
);

test('accepts plain http only for a simulator on this machine', () => {
  const ouraApiBaseUrl = 'http://127.0.0.1:4010';
  expect(readSettings({ ouraApiBaseUrl })).toMatchObject({ ouraApiBaseUrl });
  expect(refusal({ ouraApiBaseUrl: 'http://192.168.1.2' }).message).toContain('http only on this machine');
});

test('rejects a base URL with a password, in one sentence that does not repeat it', () => {
  expect(refusal({ ouraApiBaseUrl: 'https://me:planted@api.ouraring.com' }).message).toBe(
    'The setting ouraApiBaseUrl is "https://…@api.ouraring.com"; it must be an https URL without user, password and query (http only on this machine)',
  );
});

test.each(['/aws/key', '/AWS-key', '/ssm', '/Ssm.key/a'])(
  'rejects the parameter name %s, because Systems Manager reserves aws and ssm',
  (ouraApiKeyParameter) => {
    expect(refusal({ ouraApiKeyParameter }).message).toContain('does not begin with aws or ssm');
  },
);

test.each(['aws-sleep', 'SSMSleep'])(
  'accepts the stack name %s only with a name of the parameter, whose default would be reserved',
  (stackName) => {
    expect(refusal({ stackName })).toMatchObject({
      setting: 'stackName',
      message: expect.stringContaining('must not begin with aws or ssm'),
    });
    const given = { stackName, ouraApiKeyParameter: '/oura-key' };
    expect(changedSettings(readSettings(given))).toEqual({ ouraApiKeyParameter: '/oura-key' });
  },
);

test('accepts such a stack name with webhooks only if both parameters have names', () => {
  const given = { stackName: 'aws-sleep', ouraApiKeyParameter: '/oura-key', webhooks: true };
  expect(refusal(given).message).toContain('unless webhookParameter is set');
  expect(readSettings({ ...given, webhookParameter: '/oura-webhook' })).toMatchObject({
    webhookParameter: '/oura-webhook',
  });
});

test.each(['oura', '/', '/a/', '/{proxy+}', '/a?b', ''])(
  'rejects %j as the path of the webhooks',
  (webhookPath) => {
    expect(refusal({ webhookPath }).message).toContain('it must be a path such as /oura');
  },
);

test('accepts every time zone of the CDK that Node.js knows, and no abbreviation', () => {
  const names = Object.values(TimeZone).flatMap((zone) =>
    zone instanceof TimeZone ? zone.timezoneName : [],
  );
  const known = names.filter((timeZone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
    } catch {
      return false;
    }
  });
  expect(known.length).toBeGreaterThan(300);
  for (const timeZone of [...known, ...Intl.supportedValuesOf('timeZone')])
    expect(readSettings({ timeZone })).toMatchObject({ timeZone });
  expect(refusal({ timeZone: 'PST' }).message).toContain('an IANA time zone such as America/Los_Angeles');
});

test('rejects a base URL that leaves no room in the environment of a function', () => {
  const ouraApiBaseUrl = `https://example.com/${'a'.repeat(1000)}`;
  expect(refusal({ ouraApiBaseUrl }).message).toContain('at most 1000 characters long');
});

test('names the setting, its value and the allowed values in an error', () => {
  const error = refusal({ concurrency: '1' });
  expect(error.setting).toBe('concurrency');
  expect(error.consequences.retryable).toBe(false);
  expect(error.message).toBe('The setting concurrency is "1"; it must be a whole number from 2 to 1000');
});

test.each([
  ['stackName', '1st', 'The setting stackName is "1st"; it must be a stack name'],
  ['schedule', 'cron(0 12 * * *)', 'it must be an EventBridge cron expression of six fields'],
  [
    'schedule',
    'cron(0 22-2/2 * * ? *)',
    'cron(0 12 * * ? *): "22-2/2" in the hours field has a step in a range',
  ],
  ['schedule', 'rate(1 day)', 'such as cron(0 12 * * ? *): rate(...) is not allowed here'],
  ['timeZone', '+05:00', 'it must be an IANA time zone such as America/Los_Angeles'],
  ['timeZone', 'California', 'it must be an IANA time zone such as America/Los_Angeles'],
  ['lookBackDays', 0, 'it must be a whole number from 1 to 365 (days)'],
  ['lookBackDays', 1.5, 'it must be a whole number from 1 to 365 (days)'],
  ['lookBackDays', 'a week', 'it must be a whole number from 1 to 365 (days)'],
  ['concurrency', 1, 'it must be a whole number from 2 to 1000'],
  ['reserveConcurrency', 'perhaps', 'it must be true or false'],
  ['requestsPerMinute', 59, 'it must be a whole number from 60 to 1000'],
  ['batchSize', 10_001, 'it must be a whole number from 1 to 10000'],
  ['batchingWindowSeconds', 0, 'it must be at least 1 (seconds) if batchSize is above 10'],
  ['batchingWindowSeconds', 301, 'it must be a whole number from 0 to 300 (seconds)'],
  ['maxReceiveCount', 0, 'it must be a whole number from 1 to 20'],
  ['retryBaseSeconds', 0, 'it must be a number from 0.001 to 43200 (seconds)'],
  ['workerTimeoutSeconds', 901, 'it must be a whole number from 10 to 900 (seconds)'],
  ['messageRetentionDays', 15, 'it must be a whole number from 1 to 14 (days)'],
  ['logRetentionDays', 31, 'it must be one of 1, 3, 5, 7, 14, 30, 60'],
  ['ouraApiBaseUrl', 'api.ouraring.com', 'it must be an https URL'],
  ['ouraApiKeyParameter', 'oura key', 'it must be a parameter name such as /OuraSleepSync/oura-api-key'],
  ['workoutsTable', 'my sets', 'it must be a table name of 3 to 255 letters'],
  ['longestSilenceHours', 169, 'it must be a whole number from 2 to 168 (hours)'],
  ['alarmEmail', 'me', 'it must be an e-mail address'],
  ['runbookUrl', 'docs', 'it must be an http or https URL'],
])('rejects %s %p', (setting, given, message) => {
  const error = refusal({ [setting]: given });
  expect(error.setting).toBe(setting);
  expect(error.message).toContain(`The setting ${setting} is ${JSON.stringify(given)}; `);
  expect(error.message).toContain(message);
});

test.each([
  ['stackName', []],
  ['timeZone', null],
  ['schedule', {}],
  ['alarmEmail', null],
  ['workoutsUser', {}],
])('rejects a %s of another JSON type: %j', (setting, given) => {
  expect(refusal({ [setting]: given }).message).toMatch(
    new RegExp(`^The setting ${setting} is [^;]+; it must be an? (?!.*(cannot be|type))`),
  );
});

test('the changed settings are those that differ from the defaults of the stack', () => {
  const given = { stackName: 'Second', timeZone: 'Asia/Tokyo', lookBackDays: 7, alarmEmail: '' };
  expect(changedSettings(readSettings(given))).toEqual({ timeZone: 'Asia/Tokyo' });
  expect(changedSettings(readSettings({ ouraApiKeyParameter: '/mine/key' }))).toEqual({
    ouraApiKeyParameter: '/mine/key',
  });
});

test('the destination of notifications, which may be a secret, is no setting of a stack', () => {
  expect(changedSettings(readSettings({ notify: 'https://ntfy.sh/topic' }))).toEqual({});
});

test('rejects a schedule without a future run', () => {
  const refusedIn2027 = (schedule: string) => {
    const read = () => readSettings({ schedule }, { now: () => Date.parse('2027-01-01T12:00:00Z') });
    expect(read).toThrow(SettingsInvalid);
    return read;
  };
  expect(refusedIn2027('cron(0 12 * * ? 2020-2026)')).toThrow(
    'The setting schedule is "cron(0 12 * * ? 2020-2026)", which never runs: all its dates are in the past',
  );
  expect(refusedIn2027('cron(0 12 30 2 ? *)')).toThrow('which never runs: no such date exists');
});

test('rejects a name for the own table of workouts if another table replaces it', () => {
  const given = { workoutsTable: 'GainsIQSets', ownWorkoutsTable: 'Kept' };
  expect(refusal(given).message).toBe(
    'The setting ownWorkoutsTable is "Kept"; it must be absent: workoutsTable replaces that table',
  );
});

test('allows SQS to deliver small batches at once', () => {
  expect(readSettings({ batchSize: 10, batchingWindowSeconds: 0 }).batchingWindowSeconds).toBe(0);
});

test('rejects an unknown setting and lists the known ones', () => {
  const error = refusal({ timezone: 'Europe/Berlin' });
  expect(error.setting).toBe('timezone');
  expect(error.message).toMatch(/^Unknown setting timezone: the settings are .*timeZone/);
});

test("filters CDK's own keys out of a context, but keeps a misspelled setting so that it is rejected", () => {
  const context = {
    '@aws-cdk/core:target-partitions': ['aws'],
    'aws:cdk:bundling-stacks': ['*'],
    'availability-zones:account=1:region=us-east-1': [],
    'acknowledged-issue-numbers': [1],
    timeZone: 'Europe/Berlin',
    lookbackDays: 3,
  };
  expect(settingsInContext(context)).toEqual({ timeZone: 'Europe/Berlin', lookbackDays: 3 });
});
