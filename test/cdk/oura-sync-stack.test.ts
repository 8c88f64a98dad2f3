import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import type { Template } from '../../cdk/template.ts';
import { ENV, LOGICAL_ID, OUTPUT } from '../../shared/core/names.ts';
import {
  actionsOn,
  arnOf,
  find,
  resource,
  resourcesOf,
  same,
  statementsOf,
  statementsOfRole,
} from './template-facts.ts';

const template = synthesize();
const HANDLERS = {
  Planner: 'services/planner/handler.ts',
  Worker: 'services/worker/handler.ts',
  LogError: 'services/log-error/handler.ts',
  Summary: 'services/summary/handler.ts',
};
const FUNCTIONS = Object.keys(HANDLERS);
const environmentOf = (from: Template, id: string) =>
  (resource(from, id).Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;
const eventSourceOf = (from: Template, id: string) =>
  find(from, 'AWS::Lambda::EventSourceMapping', ({ FunctionName }) => same(FunctionName, { Ref: id }))
    .Properties;
const read = (path: string) => readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8');

test('synthesizes the template of the snapshot', () => {
  const text = JSON.stringify(template).replaceAll(/[0-9a-f]{64}/g, '[HASH REMOVED]');
  expect(JSON.parse(text)).toMatchSnapshot();
});

describe('names', () => {
  test('gives the documented logical IDs to the resources that users find by name', () => {
    const { receiver, webhookApi, watcher, morningWatch, ...always } = LOGICAL_ID;
    expect(Object.keys(template.Resources)).toEqual(expect.arrayContaining(Object.values(always)));
    expect(Object.keys(template.Resources)).not.toContain(receiver);
    expect(Object.keys(template.Resources)).not.toContain(webhookApi);
    expect(Object.keys(template.Resources)).not.toContain(watcher);
    expect(Object.keys(template.Resources)).not.toContain(morningWatch);
  });

  test('lists the location of everything in its outputs', () => {
    /** An address in the console. alarms.test.ts resolves the same ones. */
    const page = (part: unknown) => ({
      'Fn::Join': [
        '',
        expect.arrayContaining([
          'https://',
          { Ref: 'AWS::Region' },
          Array.isArray(part)
            ? { 'Fn::GetAtt': [part[0], 'QueueName'] }
            : typeof part === 'string'
              ? expect.stringContaining(part)
              : part,
        ]),
      ],
    });
    const values = Object.entries(template.Outputs).map(([name, { Value }]) => [name, Value]);
    expect(Object.fromEntries(values)).toEqual({
      [OUTPUT.ouraSleepTable]: { Ref: 'OuraSleepTable' },
      [OUTPUT.ouraSyncTable]: { Ref: 'OuraSyncTable' },
      [OUTPUT.workoutsTable]: { Ref: 'WorkoutsTable' },
      [OUTPUT.workoutsOwner]: 'this stack',
      [OUTPUT.workQueueUrl]: { Ref: 'WorkQueue' },
      [OUTPUT.deadLetterQueueUrl]: { Ref: 'DeadLetterQueue' },
      [OUTPUT.parkedQueueUrl]: { Ref: 'ParkedQueue' },
      [OUTPUT.workQueueArn]: { 'Fn::GetAtt': ['WorkQueue', 'Arn'] },
      [OUTPUT.deadLetterQueueArn]: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
      [OUTPUT.parkedQueueArn]: { 'Fn::GetAtt': ['ParkedQueue', 'Arn'] },
      [OUTPUT.workQueuePage]: page(['WorkQueue']),
      [OUTPUT.deadLetterQueuePage]: page(['DeadLetterQueue']),
      [OUTPUT.parkedQueuePage]: page(['ParkedQueue']),
      [OUTPUT.executionsPage]: page({ Ref: 'SyncRun' }),
      [OUTPUT.dashboardPage]: page('OuraSleepSync-'),
      [OUTPUT.operatorPolicy]: { Ref: 'Operator' },
      [OUTPUT.alarmMail]: 'Alarms notify no one: set alarmEmail',
      [OUTPUT.syncRun]: { Ref: 'SyncRun' },
      [OUTPUT.ouraApiKeyParameter]: '/OuraSleepSync/oura-api-key',
      [OUTPUT.timeZone]: 'America/Los_Angeles',
      [OUTPUT.lookBackDays]: '7',
      [OUTPUT.ouraApiBaseUrl]: 'https://api.ouraring.com',
    });
  });

  test('names the address that gets the alarms in its outputs', () => {
    const mailed = synthesize({ alarmEmail: 'night@example.org' });
    expect(mailed.Outputs[OUTPUT.alarmMail]?.Value).toBe('night@example.org');
  });

  test('leaves physical names to CloudFormation or begins them with the name of the stack, so that one account can have two', () => {
    const names =
      /^(TableName|QueueName|FunctionName|RoleName|LogGroupName|StateMachineName|Name|AlarmName|DashboardName|TopicName)$/;
    const named = (from: Template) =>
      Object.entries(from.Resources)
        .filter(([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping')
        .flatMap(([, { Properties }]) => Object.entries(Properties).filter(([key]) => names.test(key)));
    const Region = { Ref: 'AWS::Region' };
    for (const stackName of ['OuraSleepSync', 'SecondSleeper']) {
      expect(named(synthesize({ stackName }))).toEqual([
        // Step Functions needs no resource policy for log groups with this prefix.
        ['LogGroupName', `/aws/vendedlogs/states/${stackName}-SyncRun`],
        ['DashboardName', { 'Fn::Join': ['', [`${stackName}-`, Region]] }],
      ]);
    }
  });

  test('gives a second stack a separate key', () => {
    const second = synthesize({ stackName: 'SecondSleeper' });
    expect(second.Outputs[OUTPUT.ouraApiKeyParameter]?.Value).toBe('/SecondSleeper/oura-api-key');
    expect(JSON.stringify(second)).not.toContain('/OuraSleepSync/');
  });

  test("keeps the metrics of two stacks separate: neither sends, shows or watches the other's", () => {
    const second = synthesize({ stackName: 'SecondSleeper' });
    for (const id of FUNCTIONS) {
      expect(environmentOf(template, id)[ENV.metricsNamespace]).toBe('OuraSleepSync');
      expect(environmentOf(second, id)[ENV.metricsNamespace]).toBe('SecondSleeper');
    }
    const watching = resourcesOf(second, 'AWS::CloudWatch::Alarm').concat(
      resourcesOf(second, 'AWS::CloudWatch::Dashboard'),
    );
    expect(JSON.stringify(watching)).toContain('SecondSleeper');
    expect(JSON.stringify(watching)).not.toContain('OuraSleepSync');
  });
});

describe('event sources', () => {
  test('allows the worker to report batch item failures, and passes it up to 650 messages', () => {
    expect(eventSourceOf(template, 'Worker')).toMatchObject({
      EventSourceArn: arnOf('WorkQueue'),
      BatchSize: 650,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('passes log-error up to 100 messages, to two invocations at once, and reserves nothing for it', () => {
    expect(eventSourceOf(template, 'LogError')).toMatchObject({
      EventSourceArn: arnOf('DeadLetterQueue'),
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(resource(template, 'LogError').Properties['ReservedConcurrentExecutions']).toBeUndefined();
  });

  test('reserves as many workers as the event source starts', () => {
    const five = synthesize({ concurrency: 5 });
    expect(eventSourceOf(template, 'Worker')['ScalingConfig']).toEqual({ MaximumConcurrency: 3 });
    expect(resource(template, 'Worker').Properties['ReservedConcurrentExecutions']).toBe(3);
    expect(eventSourceOf(five, 'Worker')['ScalingConfig']).toEqual({ MaximumConcurrency: 5 });
    expect(resource(five, 'Worker').Properties['ReservedConcurrentExecutions']).toBe(5);
  });

  test('reserves nothing if the account has nothing to reserve, with the same limit of workers', () => {
    const changed = synthesize({ reserveConcurrency: 'false' });
    expect(resource(changed, 'Worker').Properties['ReservedConcurrentExecutions']).toBeUndefined();
    expect(eventSourceOf(changed, 'Worker')['ScalingConfig']).toEqual({ MaximumConcurrency: 3 });
  });
});

describe('environment', () => {
  test.each(Object.entries(HANDLERS))(
    'gives %s the variables that its handler requires, and no others',
    (id, handler) => {
      const asked = [...read(handler).matchAll(/ENV\.(\w+)/g)].map(
        ([, name]) => ENV[name as keyof typeof ENV],
      );
      expect(Object.keys(environmentOf(template, id)).sort()).toEqual([...new Set(asked)].sort());
    },
  );

  test('passes the settings to the functions', () => {
    const changed = synthesize({
      lookBackDays: 30,
      timeZone: 'Europe/Berlin',
      retryBaseSeconds: 0.5,
      requestsPerMinute: 100,
      runRetentionDays: 10,
      ouraApiBaseUrl: 'http://127.0.0.1:4000',
    });
    expect(environmentOf(changed, 'Planner')).toMatchObject({
      LOOK_BACK_DAYS: '30',
      TIME_ZONE: 'Europe/Berlin',
      RUN_RETENTION_DAYS: '10',
      OURA_API_BASE_URL: 'http://127.0.0.1:4000',
    });
    expect(environmentOf(changed, 'Worker')).toMatchObject({
      RETRY_BASE_SECONDS: '0.5',
      REQUESTS_PER_MINUTE: '100',
    });
  });

  test('contains the name of the key parameter, but never the key', () => {
    process.env['OURA_API_KEY'] = 'a-key-that-must-not-leak';
    try {
      const built = synthesize();
      expect(JSON.stringify(built)).not.toContain('a-key-that-must-not-leak');
      expect(environmentOf(built, 'Worker')['OURA_API_KEY']).toBe('ssm:/OuraSleepSync/oura-api-key');
    } finally {
      delete process.env['OURA_API_KEY'];
    }
  });

  test('takes the address of Oura from the settings, not from the environment', () => {
    process.env['OURA_API_BASE_URL'] = 'http://elsewhere.example';
    try {
      expect(environmentOf(synthesize(), 'Worker')['OURA_API_BASE_URL']).toBe('https://api.ouraring.com');
    } finally {
      delete process.env['OURA_API_BASE_URL'];
    }
  });
});

describe('permissions', () => {
  const KEY = {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':ssm:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        ':parameter/OuraSleepSync/oura-api-key',
      ],
    ],
  };
  const LEDGER = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'];
  const CONSUME = [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
  ];

  test('allows the planner to look up nights, update the ledger and queue dates', () => {
    expect(actionsOn(template, 'Planner', arnOf('OuraSleepTable'))).toEqual(['dynamodb:BatchGetItem']);
    expect(actionsOn(template, 'Planner', arnOf('OuraSyncTable'))).toEqual(LEDGER);
    expect(actionsOn(template, 'Planner', arnOf('WorkQueue'))).toEqual(['sqs:SendMessage']);
  });

  test('allows the worker to store nights, update the ledger, consume the queue and dead-letter dates', () => {
    expect(actionsOn(template, 'Worker', arnOf('OuraSleepTable'))).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
    ]);
    expect(actionsOn(template, 'Worker', arnOf('OuraSyncTable'))).toEqual(LEDGER);
    expect(actionsOn(template, 'Worker', arnOf('WorkQueue'))).toEqual(CONSUME);
    expect(actionsOn(template, 'Worker', arnOf('DeadLetterQueue'))).toEqual(['sqs:SendMessage']);
  });

  test('allows log-error to consume the dead-letter queue, update the ledger and park, but not to see nights', () => {
    expect(actionsOn(template, 'LogError', arnOf('OuraSyncTable'))).toEqual(['dynamodb:UpdateItem']);
    expect(actionsOn(template, 'LogError', arnOf('DeadLetterQueue'))).toEqual(CONSUME);
    expect(actionsOn(template, 'LogError', arnOf('ParkedQueue'))).toEqual(['sqs:SendMessage']);
    expect(actionsOn(template, 'LogError', arnOf('OuraSleepTable'))).toEqual([]);
  });

  test('allows the summary to update the ledger, but not to see nights', () => {
    expect(actionsOn(template, 'Summary', arnOf('OuraSyncTable'))).toEqual(LEDGER);
    expect(actionsOn(template, 'Summary', arnOf('OuraSleepTable'))).toEqual([]);
  });

  test('allows only planner and worker to read and replace the key, and no other parameter', () => {
    const readers = FUNCTIONS.map((id) => [
      id,
      statementsOf(template, id).filter(({ Action }) => String(Action).includes('ssm:')),
    ]);
    const Action = ['ssm:GetParameter', 'ssm:PutParameter'];
    const may = [{ Sid: 'UseOuraApiKey', Effect: 'Allow', Action, Resource: KEY }];
    expect(Object.fromEntries(readers)).toEqual({ Planner: may, Worker: may, LogError: [], Summary: [] });
  });

  // The local pipeline checks no permissions, so a missing one would only show on AWS.
  test.each([
    ['shared/aws/store/sleep-table.ts', 'Worker', 'OuraSleepTable'],
    ['shared/aws/store/runs.ts', 'Planner', 'OuraSyncTable'],
    ['shared/aws/store/conditional-write.ts', 'Worker', 'OuraSyncTable'],
    ['shared/aws/store/rate-limit.ts', 'Worker', 'OuraSyncTable'],
    ['shared/aws/store/batch-get.ts', 'Planner', 'OuraSleepTable'],
  ])('grants every request that %s makes', (module, id, table) => {
    const made = [
      ...read(module).matchAll(/new (BatchGet|Get|Put|Update|Delete|Query|Scan|BatchWrite)Command/g),
    ];
    const needed = made.map(([, verb]) => `dynamodb:${verb}${/Query|Scan/.test(String(verb)) ? '' : 'Item'}`);
    expect(needed).not.toEqual([]);
    expect(actionsOn(template, id, arnOf(table))).toEqual(expect.arrayContaining(needed));
  });

  test('uses wildcards only for X-Ray and log delivery, which do not support resources', () => {
    const wild = resourcesOf(template, 'AWS::IAM::Role')
      .flatMap(([id]) => statementsOfRole(template, id))
      .filter(({ Resource, Action }) => JSON.stringify([Resource, Action]).includes('*'))
      .flatMap(({ Action }) => Action);
    expect(
      wild.filter((action) => !/^(xray:(Put|Get)|logs:.*(Deliver|Polic|LogGroups))/.test(action)),
    ).toEqual([]);
  });
});
