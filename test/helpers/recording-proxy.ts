import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request to an AWS API. */
export interface ApiCall {
  /** The IAM prefix of the service, e.g. `sqs`. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface RecordingProxy extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly ApiCall[];
}

/** The IAM prefix of each service, by the first part of its `X-Amz-Target`. */
const TARGETS: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSStepFunctions: 'states',
  AmazonSSM: 'ssm',
  GraniteServiceVersion20100801: 'cloudwatch',
};
/** The services without that header, by operation. */
const OPERATIONS: Readonly<Record<string, string>> = {
  DescribeStacks: 'cloudformation',
  ListStackResources: 'cloudformation',
  GetCallerIdentity: 'sts',
  ListSubscriptionsByTopic: 'sns',
};
const PATHS: readonly [RegExp, service: string, operation: string][] = [
  [/\/account-settings/, 'lambda', 'GetAccountSettings'],
  [/\/functions\/(?<FunctionName>[^/]+)\/concurrency/, 'lambda', 'GetFunctionConcurrency'],
  [/\/event-source-mappings/, 'lambda', 'ListEventSourceMappings'],
  [/^\/schedules\/(?<Name>[^/?]+)/, 'scheduler', 'GetSchedule'],
];

const known = (services: Readonly<Record<string, string>>, name: string): string => {
  const service = services[name];
  if (service === undefined) throw new Error(`Which service has ${name}?`);
  return service;
};

const callOf = ({ headers, url = '' }: IncomingMessage, body: string): ApiCall => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.');
    return { service: known(TARGETS, prefix), operation, input: JSON.parse(body || '{}') };
  }
  for (const [path, service, operation] of PATHS) {
    const match = path.exec(url);
    if (match) return { service, operation, input: { ...match.groups } };
  }
  const { Action = '', ...input } = Object.fromEntries(new URLSearchParams(body));
  return { service: known(OPERATIONS, Action), operation: Action, input };
};

/** Starts a proxy on loopback that forwards every request to `upstream`, and records the call that it is. */
export const startRecordingProxy = async (upstream: string): Promise<RecordingProxy> => {
  const calls: ApiCall[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      calls.push(callOf(request, body.toString()));
      // With the Host of the caller, which its signature covers.
      const { method, headers } = request;
      const forwarded = send(`${upstream}${request.url}`, { method, headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(response);
      });
      forwarded.on('error', (error) => response.destroy(error));
      forwarded.end(body);
    } catch (error: unknown) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
