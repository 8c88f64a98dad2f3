import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { examineAws } from '../../../services/cli/doctor/aws.ts';
import type { Finding } from '../../../services/cli/doctor/finding.ts';
import { createClients } from '../../../services/local/emulators/clients.ts';
import { nightOf, STORED } from '../../aws/store/nights.ts';
import { type AwsFront, startAwsFront } from '../../helpers/aws-front.ts';
import { type DataFolder, type Running, startCommand, temporaryDataDir } from '../../helpers/command.ts';
import { runtimeOf } from '../../helpers/runtime-of.ts';

let front: AwsFront;
let pipeline: Running;
let outputs: Record<string, string>;
let runtime: ReturnType<typeof runtimeOf>;
let dataDir: DataFolder;
let healthy: string;
const environment = { ...process.env };

beforeAll(async () => {
  dataDir = await temporaryDataDir();
  front = await startAwsFront();
  pipeline = startCommand(['start', '--days', '2', ...dataDir.option]);
  await pipeline.printed('Next sync');
  runtime = runtimeOf(dataDir.path);
  outputs = { ...runtime.outputs, AlarmMail: 'night@example.org' };
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs };
  healthy = JSON.stringify(front.account);
});
afterAll(async () => {
  pipeline.process.kill('SIGINT');
  await pipeline.ended;
  await front[Symbol.asyncDispose]();
  await dataDir.remove();
});
beforeEach(() => {
  Object.assign(front.account, JSON.parse(healthy));
  process.env = {
    ...environment,
    ...front.env(runtime.endpoint, runtime),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
});
afterEach(() => {
  process.env = environment;
});

const of = (findings: readonly Finding[], check: string) => {
  const found = findings.find((finding) => finding.check === check);
  if (!found) throw new Error(`Nothing was found on ${check}: ${JSON.stringify(findings)}`);
  return found;
};

test('checks everything and finds no problem in a healthy stack', async () => {
  const findings = await examineAws(undefined);
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual([
    'region',
    'credentials',
    'stack',
    'concurrency',
    'work queue',
    'dead-letter queue',
    'schedule',
    'alarms',
    'alarm mail',
    'Oura',
    'parameter',
    'key',
    'tables',
    'waiting dates',
    'parked',
    'stored nights',
    'last run',
    'rules',
    'newest night',
  ]);
  expect(of(findings, 'schedule').finding).toBe('cron(0 12 * * ? *) in America/Los_Angeles');
});

test('never prints the key', async () => {
  const key = 'simulated';
  for (const { finding, advice } of await examineAws(undefined))
    expect(`${finding} ${advice}`).not.toContain(key);
});

test.each([
  [
    'schedule',
    'is DISABLED',
    /enable the-schedule/,
    () => ({ schedule: { ...front.account.schedule, State: 'DISABLED' } }),
  ],
  [
    'work queue',
    'is Disabled',
    /--enabled --uuid a-uuid/,
    () => ({ eventSources: { 'the-worker': 'Disabled', 'the-log-error': 'Enabled' } }),
  ],
  [
    'dead-letter queue',
    'no queue feeds',
    /npm run deploy/,
    () => ({ eventSources: { 'the-worker': 'Enabled' } }),
  ],
  ['concurrency', 'concurrency is 0', /delete-function-concurrency/, () => ({ reserved: 0 })],
  [
    'alarm',
    'ParkedMessages: Dates are parked.',
    /^Redrive them\. See docs\/runbook\.md#parked-messages$/,
    () => ({ raised: ['the-parked-alarm'] }),
  ],
  [
    'stack',
    'ROLLBACK_COMPLETE',
    /npm run deploy/,
    () => ({ stacks: { OuraSleepSync: { status: 'ROLLBACK_COMPLETE', outputs } } }),
  ],
  [
    'parameter',
    'there is no parameter',
    /npm run connect -- --aws/,
    () => ({
      stacks: {
        OuraSleepSync: { status: 'CREATE_COMPLETE', outputs: { ...outputs, OuraApiKeyParameter: '/none' } },
      },
    }),
  ],
  [
    'Oura',
    'cannot be reached',
    /network/,
    () => ({
      stacks: {
        OuraSleepSync: {
          status: 'CREATE_COMPLETE',
          outputs: { ...outputs, OuraApiBaseUrl: 'http://127.0.0.1:1' },
        },
      },
    }),
  ],
])('finds the problem with %s: %s', async (check, finding, advice, change) => {
  Object.assign(front.account, change());
  const problems = (await examineAws(undefined)).filter(({ state }) => state === 'problem');
  const name = finding === 'there is no parameter' ? 'key' : check;
  expect(problems.map((found) => found.check)).toEqual([name]);
  expect(of(problems, name).finding).toContain(finding);
  expect(of(problems, name).advice).toMatch(advice);
});

describe('the mail of the alarms', () => {
  const topic = 'arn:aws:sns:us-east-1:123456789012:the-topic';
  const again = `aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint night@example.org`;

  test('is reported while it is not confirmed', async () => {
    front.account.subscriptions = { 'night@example.org': 'PendingConfirmation' };
    expect(of(await examineAws(undefined), 'alarm mail')).toEqual({
      check: 'alarm mail',
      state: 'warning',
      finding:
        'night@example.org has not confirmed: no alarm is sent, and AWS deletes the subscription after 48 hours',
      advice: expect.stringContaining(again),
    });
  });

  test.each([
    ['deleted after 48 hours', {}],
    ['replaced by a subscription of someone else', { 'day@example.org': `${topic}:another` }],
    ['cancelled', { 'night@example.org': 'Deleted' }],
  ])(
    'is reported if the subscription was %s, with the command that creates it again',
    async (_how, subscriptions) => {
      Object.assign(front.account, { subscriptions });
      expect(of(await examineAws(undefined), 'alarm mail')).toMatchObject({
        state: 'warning',
        finding: expect.stringContaining('night@example.org gets no alarms'),
        advice: `run ${again}, and confirm the mail within 48 hours`,
      });
    },
  );

  test('is in order after a second, confirmed subscription of the same address', async () => {
    front.account.subscriptions = { 'night@example.org': `${topic}:second` };
    expect(of(await examineAws(undefined), 'alarm mail')).toMatchObject({
      state: 'ok',
      finding: 'goes to night@example.org',
    });
  });

  test('is missing in a stack without the setting alarmEmail', async () => {
    delete front.account.resources['Topic'];
    expect(of(await examineAws(undefined), 'alarm mail')).toMatchObject({
      state: 'warning',
      finding: 'alarms notify no one',
      advice: 'set alarmEmail, and deploy',
    });
  });
});

test('advises an account with a limit of 10 how to deploy', async () => {
  Object.assign(front.account, { stacks: {}, limit: 10, unreserved: 10 });
  const findings = await examineAws(undefined);
  expect(findings.map(({ check }) => check)).toEqual(['region', 'credentials', 'stack', 'concurrency']);
  expect(of(findings, 'stack')).toMatchObject({
    state: 'problem',
    advice: expect.stringContaining('npm run deploy'),
  });
  expect(of(findings, 'concurrency')).toMatchObject({
    state: 'problem',
    advice: expect.stringContaining('npm run deploy, which then reserves none'),
  });
});

test('accepts the reservation in an account with a limit of 1000', async () => {
  Object.assign(front.account, { stacks: {}, limit: 1000, unreserved: 1000 });
  expect(of(await examineAws(undefined), 'concurrency').state).toBe('ok');
});

test('counts the nights that follow the rules of an earlier version, and names the command that computes them again', async () => {
  const { rules_version: _, ...night } = { ...nightOf('2026-03-01'), ...STORED };
  const bookkeeping = { settled: true, revision: 1, content_hash: '0'.repeat(64), history: [] };
  const at = '2026-03-01T19:00:00.000Z';
  const Item = { ...night, ...bookkeeping, first_synced_at: at, updated_at: at };
  const clients = createClients(runtime.endpoint, runtime);
  const TableName = outputs['OuraSleepTableName'];
  await clients.dynamodb.send(new PutCommand({ TableName, Item }));
  try {
    expect(of(await examineAws(undefined), 'rules')).toMatchObject({
      state: 'warning',
      finding: '1 night stored by the rules of an earlier version',
      advice: 'run npm run backfill -- --recompute --aws',
    });
  } finally {
    await clients.dynamodb.send(new DeleteCommand({ TableName, Key: { date: Item.date } }));
    clients.destroy();
  }
});

test('reports parked messages', async () => {
  const clients = createClients(runtime.endpoint, runtime);
  const sent = { QueueUrl: outputs['ParkedQueueUrl'], MessageBody: '{}' };
  await clients.sqs.send(new SendMessageCommand(sent));
  clients.destroy();
  expect(of(await examineAws(undefined), 'parked')).toMatchObject({
    state: 'problem',
    finding: '1 message parked',
    advice: 'to see why, run npm run failures -- --aws; to retry, run npm run redrive -- --aws',
  });
});

test('repeats --stack in the suggested commands', async () => {
  const clients = createClients(runtime.endpoint, runtime);
  const sent = { QueueUrl: outputs['ParkedQueueUrl'], MessageBody: '{}' };
  await clients.sqs.send(new SendMessageCommand(sent));
  clients.destroy();
  front.account.stacks['Mine'] = { status: 'CREATE_COMPLETE', outputs };
  expect(of(await examineAws('Mine'), 'parked').advice).toBe(
    'to see why, run npm run failures -- --aws --stack Mine; to retry, run npm run redrive -- --aws --stack Mine',
  );
});

test('checks that an unreadable key exists and is encrypted', async () => {
  process.env['AWS_ENDPOINT_URL_SSM'] = front.url;
  front.account.refused = { GetParameter: 'AccessDeniedException' };
  front.account.parameters = { '/OuraSleepSync/oura-api-key': 'String' };
  const findings = await examineAws(undefined);
  expect(of(findings, 'parameter')).toMatchObject({
    state: 'problem',
    finding: expect.stringContaining('plain text'),
  });
  expect(of(findings, 'key')).toMatchObject({ state: 'warning' });
  front.account.parameters = {};
  expect(of(await examineAws(undefined), 'key')).toMatchObject({ state: 'problem' });
});

test('continues without a permission, and names it', async () => {
  front.account.refused = {
    GetAccountSettings: 'AccessDeniedException',
    GetSchedule: 'AccessDeniedException',
  };
  const findings = await examineAws(undefined);
  expect(findings.filter(({ state }) => state !== 'ok').map(({ check, state }) => [check, state])).toEqual([
    ['concurrency', 'warning'],
    ['schedule', 'warning'],
    ['parked', 'problem'],
  ]);
  expect(of(findings, 'schedule').finding).toContain('GetSchedule');
  front.account.refused = { ListStackResources: 'AccessDenied' };
  expect(of(await examineAws(undefined), 'resources').state).toBe('warning');
});

test('stops without a region or credentials', async () => {
  process.env['AWS_ACCESS_KEY_ID'] = '';
  process.env['HOME'] = '/nonexistent';
  expect((await examineAws(undefined)).map(({ check, state }) => [check, state])).toEqual([
    ['region', 'ok'],
    ['credentials', 'problem'],
  ]);
  process.env['AWS_REGION'] = '';
  expect((await examineAws(undefined)).map(({ check, state }) => [check, state])).toEqual([
    ['region', 'problem'],
  ]);
});

test('reports a missing table, and one with another key', async () => {
  const deployed = (names: Record<string, string>) => ({
    OuraSleepSync: { status: 'CREATE_COMPLETE', outputs: { ...outputs, ...names } },
  });
  front.account.stacks = deployed({ OuraSleepTableName: outputs['OuraSyncTableName'] ?? '' });
  expect(of(await examineAws(undefined), 'tables')).toMatchObject({
    state: 'problem',
    finding: 'OuraSyncTable has the key pk (S) instead of date (S)',
  });
  front.account.stacks = deployed({ WorkoutsTableName: 'Gone' });
  expect(of(await examineAws(undefined), 'tables')).toMatchObject({
    state: 'problem',
    finding: 'Gone does not exist',
  });
  front.account.stacks = deployed({ WorkoutsTableName: 'Gone', WorkoutsTableOwner: 'another application' });
  expect(of(await examineAws(undefined), 'tables')).toMatchObject({
    state: 'ok',
    finding: '2 with the right keys, 2 not protected from deletion (setting deletionProtection)',
  });
});
