import { changedSettings, readSettings } from '../../../cdk/settings.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import { earlierSettings } from '../../../services/cli/deploy/earlier-settings.ts';

/** Every setting but those that cannot be read back, and names that no earlier version had. */
const EVERY = {
  schedule: 'cron(30 6 * * ? *)',
  timeZone: 'Europe/Helsinki',
  lookBackDays: 9,
  concurrency: 4,
  reserveConcurrency: false,
  requestsPerMinute: 300,
  batchSize: 100,
  batchingWindowSeconds: 2,
  maxReceiveCount: 3,
  retryBaseSeconds: 60,
  workerTimeoutSeconds: 61,
  plannerTimeoutSeconds: 62,
  logErrorTimeoutSeconds: 33,
  summaryTimeoutSeconds: 34,
  messageRetentionDays: 7,
  runRetentionDays: 30,
  logRetentionDays: 14,
  ouraApiBaseUrl: 'http://127.0.0.1:4711',
  ouraApiKeyParameter: '/mine/key',
  workoutsTable: 'GainsIQSets',
  workoutsUser: 'robbie',
  alarmEmail: 'me@example.org',
};

const readBack = (given: object) => {
  const { Outputs, Resources } = synthesize({ ...given });
  const outputs = Object.fromEntries(
    Object.entries(Outputs).flatMap(([name, { Value }]) =>
      typeof Value === 'string' ? [[name, Value]] : [],
    ),
  );
  return changedSettings(readSettings(earlierSettings(outputs, Resources)));
};

test('reads every setting back from the template of a stack that did not record them', () => {
  expect(readBack(EVERY)).toEqual(EVERY);
});

test('reads nothing but defaults from a stack with defaults', () => {
  expect(readBack({})).toEqual({});
});
