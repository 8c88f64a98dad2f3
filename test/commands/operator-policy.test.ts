import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readSettings } from '../../cdk/settings.ts';
import { createClients } from '../../services/local/emulators/clients.ts';
import { stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { queueArn } from '../../services/local/resources/queue.ts';
import { ACCOUNT, arn, REGION } from '../../services/local/template/arn.ts';
import { resolve } from '../../services/local/template/intrinsics.ts';
import { createDays } from '../../shared/aws/store/days.ts';
import { parameterStore } from '../../shared/aws/store/parameter-store.ts';
import { webhookSecretStore } from '../../shared/aws/store/webhook-secret.ts';
import { addDays, dayIn } from '../../shared/core/day.ts';
import { LOGICAL_ID, SSM_REFERENCE } from '../../shared/core/names.ts';
import { nightOf, STORED } from '../aws/store/nights.ts';
import { parameterArn, tableArn } from '../cdk/iam/requests.ts';
import { startAwsFront } from '../helpers/aws-front.ts';
import { runCommand, startCommand, temporaryDataDir } from '../helpers/command.ts';
import { openSession } from '../helpers/page-session.ts';
import { type ApiCall, startRecordingProxy } from '../helpers/recording-proxy.ts';
import { runtimeOf } from '../helpers/runtime-of.ts';
import { stackTemplate } from '../helpers/stack-template.ts';

const TODAY = dayIn('America/Los_Angeles', Date.now());
const KEY = '/OuraSleepSync/oura-api-key';
const WEBHOOK_SECRETS = '/OuraSleepSync/webhook';
const TOPIC = arn('sns', 'the-topic');

/** An action on a resource, as text. */
type Need = string;
const need = (action: string, resource: string): Need => `${action} ${resource}`;

const queueOf = (url: unknown) => queueArn(String(url).slice(String(url).lastIndexOf('/') + 1));

/** The permissions for a call. Throws for an unknown call, which must not remain unchecked. */
const needsOf = ({ service, operation, input }: ApiCall): Need[] => {
  const on = (...resources: string[]) =>
    resources.map((resource) => need(`${service}:${operation}`, resource));
  switch (operation) {
    // AWS allows every caller this one.
    case 'GetCallerIdentity':
      return [];
    case 'DescribeStacks':
    case 'ListStackResources':
      // As AWS names the resource if it denies a call that names the stack.
      return on(arn('cloudformation', `stack/${input['StackName']}/*`));
    case 'GetAccountSettings':
    case 'ListEventSourceMappings':
      return on('*');
    case 'GetFunctionConcurrency':
      return on(arn('lambda', `function:${LOGICAL_ID.worker}`));
    case 'GetSchedule':
      return on(arn('scheduler', `schedule/default/${LOGICAL_ID.dailySync}`));
    case 'DescribeAlarms':
      return on(...(input['AlarmNames'] as string[]).map((name) => arn('cloudwatch', `alarm:${name}`)));
    case 'ListSubscriptionsByTopic':
      return on(String(input['TopicArn']));
    case 'StartExecution':
    case 'ListExecutions':
      return on(String(input['stateMachineArn']));
    case 'DescribeExecution':
      return on(String(input['executionArn']));
    // The caller of a move needs these in addition:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    case 'StartMessageMoveTask': {
      const [from, to] = [String(input['SourceArn']), String(input['DestinationArn'])];
      return [
        ...on(from),
        ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => need(`sqs:${name}`, from)),
        need('sqs:SendMessage', to),
        // Ctrl-C during a redrive.
        need('sqs:CancelMessageMoveTask', from),
      ];
    }
    case 'ListMessageMoveTasks':
      return on(String(input['SourceArn']));
    default:
      break;
  }
  if (service === 'sqs') return [need(`sqs:${operation.replace(/Batch$/, '')}`, queueOf(input['QueueUrl']))];
  if (service === 'ssm') return on(parameterArn(String(input['Name'])));
  if (service === 'dynamodb' && 'TableName' in input) return on(tableArn(String(input['TableName'])));
  if (service === 'dynamodb') return on(...Object.keys(input['RequestItems'] as object).map(tableArn));
  throw new Error(`Which permission does ${service}:${operation} need?`);
};

/** The statements of the policy, as an action and a pattern of resources each. */
const granted = async (settings: Record<string, unknown>): Promise<Need[]> => {
  const template = await stackTemplate(readSettings(settings));
  const arns: Readonly<Record<string, (id: string) => string>> = {
    'AWS::DynamoDB::Table': tableArn,
    'AWS::SQS::Queue': queueArn,
    'AWS::Lambda::Function': (id) => arn('lambda', `function:${id}`),
    'AWS::Scheduler::Schedule': (id) => arn('scheduler', `schedule/default/${id}`),
    'AWS::CloudWatch::Alarm': (id) => arn('cloudwatch', `alarm:${id}`),
  };
  const names = {
    ref: (name: string) =>
      ({
        'AWS::Partition': 'aws',
        'AWS::Region': REGION,
        'AWS::AccountId': ACCOUNT,
        'AWS::StackName': 'OuraSleepSync',
        [LOGICAL_ID.syncRun]: stateMachineArn(LOGICAL_ID.syncRun),
      })[name] ?? (template.Resources[name]?.Type === 'AWS::SNS::Topic' ? TOPIC : name),
    attribute: (id: string, attribute: string) =>
      attribute === 'Arn' ? arns[template.Resources[id]?.Type ?? '']?.(id) : id,
  };
  const { PolicyDocument } = template.Resources[LOGICAL_ID.operator]?.Properties ?? {};
  const { Statement } = resolve(PolicyDocument ?? null, names, LOGICAL_ID.operator) as {
    Statement: { Action: string | string[]; Resource: string | string[] }[];
  };
  return Statement.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => need(action, resource))),
  );
};

const matches = (grant: Need, needed: Need): boolean =>
  new RegExp(
    `^${grant
      .split('*')
      .map((part) => part.replaceAll(/[.\\/$^]/g, '\\$&'))
      .join('.*')}$`,
  ).test(needed);

/** Every permission that the commands needed while they played all their code paths against a stack. */
const play = async (): Promise<Set<Need>> => {
  const dataDir = await temporaryDataDir();
  await using front = await startAwsFront();
  const pipeline = startCommand(['start', '--days', '3', '--ring', 'forgetful', ...dataDir.option]);
  await pipeline.printed('Next sync');
  const runtime = runtimeOf(dataDir.path);
  await using services = await startRecordingProxy(runtime.endpoint);
  await using others = await startRecordingProxy(front.url);
  const outputs = JSON.parse(JSON.stringify(runtime.outputs).replaceAll(runtime.endpoint, services.url));
  front.account.stacks['OuraSleepSync'] = { status: 'CREATE_COMPLETE', outputs };
  Object.assign(front.account, {
    resources: {
      Worker: { type: 'AWS::Lambda::Function', physicalId: LOGICAL_ID.worker },
      LogError: { type: 'AWS::Lambda::Function', physicalId: LOGICAL_ID.logError },
      DailySync: { type: 'AWS::Scheduler::Schedule', physicalId: LOGICAL_ID.dailySync },
      Topic: { type: 'AWS::SNS::Topic', physicalId: TOPIC },
      ...Object.fromEntries(
        (await granted({ webhooks: true }))
          .flatMap((grant) => /^cloudwatch:DescribeAlarms .*:alarm:(\w+)$/.exec(grant)?.at(1) ?? [])
          .map((id) => [id, { type: 'AWS::CloudWatch::Alarm', physicalId: id }]),
      ),
    },
    eventSources: { [LOGICAL_ID.worker]: 'Enabled', [LOGICAL_ID.logError]: 'Enabled' },
  });
  const env = Object.fromEntries(
    Object.entries(front.env(runtime.endpoint, runtime)).map(([name, value]) => [
      name,
      value.replace(runtime.endpoint, services.url).replace(front.url, others.url),
    ]),
  );
  const run = async (...args: string[]) => {
    const { code, stderr } = await runCommand([...args, '--aws'], env);
    // 1: something is left to do, e.g. a date without data.
    expect([args.join(' '), (code ?? 9) <= 1, stderr]).toEqual([args.join(' '), true, '']);
  };
  const clients = createClients(runtime.endpoint, runtime);
  try {
    for (const MessageBody of [
      'no json',
      JSON.stringify({ version: 1, run_id: 'gone', date: addDays(TODAY, -2), reason: 'missing' }),
    ])
      await clients.sqs.send(
        new SendMessageCommand({ QueueUrl: runtime.outputs['ParkedQueueUrl'], MessageBody }),
      );
    for (const command of [
      'status',
      'gaps',
      'failures',
      'export',
      'features',
      'insights',
      'workouts',
      'doctor',
    ])
      await run(command);
    await run('redrive', '--dry-run');
    await run('redrive', '--discard-malformed', '--yes', ...dataDir.option);
    await run('redrive');
    const accepted = addDays(TODAY, -100);
    await createDays(clients.dynamodb, LOGICAL_ID.ouraSyncTable).failed(accepted, {
      ...{ state: 'parked', run_id: 'gone', attempts: 1, at: Date.now(), next_check_on: null },
      error: { name: 'InvalidRecord', message: 'Invalid sleep record' },
    });
    await run('redrive', '--accept', accepted, '--yes', ...dataDir.option);
    await run('start', '--once', '--days', '2');
    await run('backfill', '--from', addDays(TODAY, -20));
    // A night of an earlier version, which --recompute computes again.
    const { rules_version: _, ...night } = { ...nightOf('2026-03-01'), ...STORED };
    const bookkeeping = { settled: true, revision: 1, content_hash: '0'.repeat(64), history: [] };
    const at = '2026-03-01T19:00:00.000Z';
    await clients.dynamodb.send(
      new PutCommand({
        TableName: LOGICAL_ID.ouraSleepTable,
        Item: { ...night, ...bookkeeping, first_synced_at: at, updated_at: at },
      }),
    );
    await run('backfill', '--recompute');
    const file = join(dirname(dataDir.path), 'sets.json');
    const set = {
      workoutId: 'w',
      timestamp: 1_767_225_600,
      exercise: 'Squat',
      reps: '5',
      sets: 1,
      weight: 100,
    };
    await writeFile(file, JSON.stringify([set]));
    await run('workouts', 'import', file);
    await run('connect', '--status');
    const ssm = new SSMClient({
      endpoint: services.url,
      region: REGION,
      credentials: runtime,
    });
    // The secrets of npm run webhooks. Its other calls are those of connect and of redrive --accept.
    const secrets = webhookSecretStore(ssm, WEBHOOK_SECRETS);
    await secrets.read();
    await secrets.write({} as never).catch(() => {});
    // The last step of connect. Its other requests go to Oura.
    await parameterStore(ssm, `${SSM_REFERENCE}${KEY}`)
      .write({} as never)
      .catch(() => {});
    const dashboard = startCommand(['dashboard', '--port', '0', '--aws'], env);
    const address = await new Promise<string>((found) => {
      dashboard.process.stdout?.on('data', (text: string) => found(/http:\S+/.exec(text)?.[0] ?? ''));
    });
    const { url, headers } = await openSession(address);
    for (const path of ['overview', `calendar?year=${TODAY.slice(0, 4)}`, 'pipeline', 'insights'])
      await (await fetch(`${url}/api/${path}`, { headers })).text();
    dashboard.process.kill('SIGINT');
    await dashboard.ended;
  } finally {
    clients.destroy();
    pipeline.process.kill('SIGINT');
    await pipeline.ended;
    await dataDir.remove();
  }
  return new Set([...services.calls, ...others.calls].flatMap(needsOf));
};

let needed: Set<Need>;
let policy: Need[];
beforeAll(async () => {
  needed = await play();
  policy = await granted({ alarmEmail: 'night@example.org', webhooks: true });
}, 300_000);

test('allows the commands every call that they send', () => {
  expect([...needed].filter((each) => !policy.some((grant) => matches(grant, each))).sort()).toEqual([]);
});

test('allows nothing that no command needs', () => {
  expect(policy.filter((grant) => ![...needed].some((each) => matches(grant, each))).sort()).toEqual([]);
});

test('does not write to workouts of another application, and names no topic without alarmEmail', async () => {
  const other = await granted({ workoutsTable: 'GainsIQSets' });
  expect(other.filter((grant) => grant.endsWith('table/GainsIQSets'))).toEqual([
    need('dynamodb:Scan', tableArn('GainsIQSets')),
  ]);
  expect(other.filter((grant) => grant.startsWith('sns:'))).toEqual([]);
});

test('names the secrets of the webhooks only with the setting', async () => {
  const named = (grants: readonly Need[]) =>
    grants.filter((grant) => grant.endsWith(parameterArn(WEBHOOK_SECRETS)));
  expect(named(await granted({}))).toEqual([]);
  expect(named(policy)).toEqual(
    ['ssm:GetParameter', 'ssm:PutParameter'].map((action) => need(action, parameterArn(WEBHOOK_SECRETS))),
  );
});
