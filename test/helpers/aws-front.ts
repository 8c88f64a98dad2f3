import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';

/** The state of the account, which a test can change at any time. */
interface Account {
  stacks: Record<string, { status: string; outputs: Record<string, string>; template?: object }>;
  /** Physical IDs and types of every stack's resources, by logical ID. */
  resources: Record<string, { type: string; physicalId: string }>;
  limit: number;
  unreserved: number;
  reserved: number | undefined;
  /** State of each function's event sources, by the function's name. */
  eventSources: Record<string, string>;
  schedule: { State: string; ScheduleExpression: string; ScheduleExpressionTimezone: string };
  /** Names of the alarms in state ALARM. */
  raised: string[];
  /** The subscriptions of the alarms' topic: the ARN of each, or `PendingConfirmation`, by address. */
  subscriptions: Record<string, string>;
  /** Types of the parameters that DescribeParameters knows. */
  parameters: Record<string, string>;
  /** Operations that fail: the error code by the operation's name. */
  refused: Record<string, string>;
}

/** A stub of the AWS services that are not embedded locally: CloudFormation, STS, Lambda, Scheduler, CloudWatch, SNS, and optionally SSM. */
export interface AwsFront extends AsyncDisposable {
  readonly url: string;
  readonly account: Account;
  /** The environment for a command that uses this stub, and the embedded services at `endpoint`. */
  env(endpoint: string, keys?: AccessKeys): Record<string, string>;
}

/** For commands that call only the stub. */
const NO_KEYS: AccessKeys = { accessKeyId: 'test', secretAccessKey: 'test' };

const SERVED = ['CLOUDFORMATION', 'STS', 'LAMBDA', 'SCHEDULER', 'CLOUDWATCH', 'SNS'];

interface Call {
  readonly operation: string;
  readonly protocol: 'query' | 'json';
  readonly input: Readonly<Record<string, unknown>>;
}

/** An error with AWS's error code. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const xml = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((item) => `<member>${xml(item)}</member>`).join('');
  if (typeof value !== 'object' || value === null) {
    return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  }
  return Object.entries(value)
    .map(([name, child]) => `<${name}>${xml(child)}</${name}>`)
    .join('');
};

const REST: readonly [RegExp, string][] = [
  [/^\/2016-08-19\/account-settings/, 'GetAccountSettings'],
  [/^\/2019-09-30\/functions\/[^/]+\/concurrency/, 'GetFunctionConcurrency'],
  [/^\/2015-03-31\/event-source-mappings/, 'ListEventSourceMappings'],
  [/^\/schedules\/(?<Name>[^/?]+)/, 'GetSchedule'],
];

const readCall = async (request: IncomingMessage): Promise<Call> => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { operation: target.split('.')[1] ?? '', protocol: 'json', input: JSON.parse(body || '{}') };
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'POST' && url.pathname === '/') {
    const form = Object.fromEntries(new URLSearchParams(body));
    return { operation: form['Action'] ?? '', protocol: 'query', input: form };
  }
  for (const [pattern, operation] of REST) {
    const match = pattern.exec(url.pathname);
    const input = { ...Object.fromEntries(url.searchParams), ...match?.groups };
    if (match) return { operation, protocol: 'json', input };
  }
  throw new Error(`Nothing is served at ${request.method} ${request.url}`);
};

const outputOf = ({ operation, input }: Call, account: Account): object => {
  const refused = account.refused[operation];
  if (refused)
    throw new Refused(refused, `User: arn:aws:iam::123456789012:user/me may not perform: ${operation}`);
  const stack = account.stacks[String(input['StackName'])];
  switch (operation) {
    case 'GetCallerIdentity':
      return { Arn: 'arn:aws:iam::123456789012:user/me', UserId: 'AIDA', Account: '123456789012' };
    case 'DescribeStacks': {
      if (!stack) throw new Refused('ValidationError', `Stack with id ${input['StackName']} does not exist`);
      const Outputs = Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue,
      }));
      const described = {
        StackName: input['StackName'],
        StackStatus: stack.status,
        CreationTime: '2026-01-01T00:00:00Z',
        Outputs,
      };
      return { Stacks: [described] };
    }
    case 'GetTemplate':
      return { TemplateBody: JSON.stringify(stack?.template ?? { Resources: {} }) };
    case 'ListStackResources':
      return {
        StackResourceSummaries: Object.entries(account.resources).map(
          ([LogicalResourceId, { type, physicalId }]) => ({
            LogicalResourceId,
            PhysicalResourceId: physicalId,
            ResourceType: type,
            ResourceStatus: 'CREATE_COMPLETE',
            LastUpdatedTimestamp: '2026-01-01T00:00:00Z',
          }),
        ),
      };
    case 'GetAccountSettings': {
      const { limit, unreserved } = account;
      return { AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } };
    }
    case 'GetFunctionConcurrency':
      return { ReservedConcurrentExecutions: account.reserved };
    case 'ListEventSourceMappings': {
      const State = account.eventSources[String(input['FunctionName'])];
      return { EventSourceMappings: State ? [{ UUID: 'a-uuid', State }] : [] };
    }
    case 'GetSchedule':
      return { Name: input['Name'], ...account.schedule };
    case 'DescribeAlarms':
      return {
        MetricAlarms: (input['AlarmNames'] as string[]).map((AlarmName) => ({
          AlarmName,
          AlarmDescription:
            'Dates are parked. What to do: Redrive them. See docs/runbook.md#parked-messages\nParked queue: https://example.org',
          StateValue: account.raised.includes(AlarmName) ? 'ALARM' : 'OK',
        })),
      };
    case 'ListSubscriptionsByTopic':
      return {
        Subscriptions: Object.entries(account.subscriptions).map(([Endpoint, SubscriptionArn]) => ({
          TopicArn: input['TopicArn'],
          Protocol: 'email',
          Endpoint,
          SubscriptionArn,
        })),
      };
    case 'DescribeParameters': {
      const [{ Values = [] } = {}] = input['ParameterFilters'] as { Values?: string[] }[];
      return {
        Parameters: Values.flatMap((Name) =>
          account.parameters[Name] ? [{ Name, Type: account.parameters[Name] }] : [],
        ),
      };
    }
    default:
      throw new Error(`The operation ${operation} is not served`);
  }
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  account: Account,
): Promise<void> => {
  const call = await readCall(request);
  const { operation, protocol } = call;
  const send = (status: number, headers: Record<string, string>, body: string) =>
    response.writeHead(status, headers).end(body);
  try {
    const output = outputOf(call, account);
    if (protocol === 'json') send(200, { 'content-type': 'application/json' }, JSON.stringify(output));
    else {
      const wrapped = { [`${operation}Response`]: { [`${operation}Result`]: output } };
      send(200, { 'content-type': 'text/xml' }, xml(wrapped));
    }
  } catch (error: unknown) {
    if (!(error instanceof Refused)) throw error;
    const { code: Code, message: Message } = error;
    if (protocol === 'json') {
      send(
        400,
        { 'content-type': 'application/json', 'x-amzn-errortype': Code },
        JSON.stringify({ __type: Code, message: Message }),
      );
    } else {
      const wrapped = { ErrorResponse: { Error: { Type: 'Sender', Code, Message }, RequestId: 'r' } };
      send(Code === 'AccessDenied' ? 403 : 400, { 'content-type': 'text/xml' }, xml(wrapped));
    }
  }
};

/** Starts an {@link AwsFront} for an account without any stack. */
export const startAwsFront = async (): Promise<AwsFront> => {
  const account: Account = {
    stacks: {},
    resources: {
      Worker: { type: 'AWS::Lambda::Function', physicalId: 'the-worker' },
      LogError: { type: 'AWS::Lambda::Function', physicalId: 'the-log-error' },
      DailySync: { type: 'AWS::Scheduler::Schedule', physicalId: 'the-schedule' },
      Topic: { type: 'AWS::SNS::Topic', physicalId: 'arn:aws:sns:us-east-1:123456789012:the-topic' },
      ParkedMessages: { type: 'AWS::CloudWatch::Alarm', physicalId: 'the-parked-alarm' },
    },
    limit: 1000,
    unreserved: 997,
    reserved: 3,
    eventSources: { 'the-worker': 'Enabled', 'the-log-error': 'Enabled' },
    schedule: {
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 12 * * ? *)',
      ScheduleExpressionTimezone: 'America/Los_Angeles',
    },
    raised: [],
    subscriptions: {
      'night@example.org': 'arn:aws:sns:us-east-1:123456789012:the-topic:a-subscription',
    },
    parameters: {},
    refused: {},
  };
  const server = createServer((request, response) => {
    answer(request, response, account).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    account,
    env: (endpoint, { accessKeyId, secretAccessKey } = NO_KEYS) => ({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: endpoint,
      ...Object.fromEntries(SERVED.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
