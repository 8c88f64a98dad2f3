import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, startEndpoint } from '../../../services/local/emulators/endpoint.ts';
import { openServices, type Services } from '../../../services/local/services.ts';
import { signedCall, signedHeaders } from '../../helpers/signed-call.ts';
import { localOptions, newFolder, removeFolders } from '../support/machine.ts';
import { smallTemplate } from '../support/small-template.ts';

let services: Services;

beforeAll(async () => {
  services = await openServices({
    ...localOptions(newFolder()),
    template: smallTemplate(),
    stackName: 'Test',
  });
});
afterAll(async () => {
  await services.end();
  removeFolders();
});

const post = async (target: string, body: string) => {
  const response = await signedCall(services.endpoint, target, body);
  return { status: response.status, reply: (await response.json()) as { readonly __type: string } };
};

const VALID: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'ListTables',
  AmazonSQS: 'ListQueues',
  AWSStepFunctions: 'ListExecutions',
  AmazonSSM: 'GetParameter',
};
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  DynamoDB_20120810: ['ListTables', 'PutItem', 'TransactWriteItems'],
  AmazonSQS: ['ListQueues', 'SendMessage', 'SendMessageBatch', 'StartMessageMoveTask'],
  AWSStepFunctions: ['StartExecution', 'ListExecutions', 'SendTaskSuccess'],
  AmazonSSM: ['GetParameter', 'PutParameter'],
};
const SERVICES = Object.keys(OPERATIONS);
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** All services answer a valid request, or name what is missing in it. */
const expectAllServed = async () => {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:SyncRun';
  const body = JSON.stringify({ stateMachineArn: machine, Name: '/no/such/parameter' });
  const statuses = await Promise.all(
    Object.entries(VALID).map(async ([service, operation]) => {
      const { status, reply } = await post(`${service}.${operation}`, body);
      return [service, status, ...(status === 400 ? [reply.__type] : [])];
    }),
  );
  expect(statuses).toEqual([
    ['DynamoDB_20120810', 200],
    ['AmazonSQS', 200],
    ['AWSStepFunctions', 200],
    ['AmazonSSM', 400, 'ParameterNotFound'],
  ]);
};

describe.each(SERVICES)('%s', (service) => {
  test.each(['null', '[]', '3', '"text"', '{', nested(3000), nested(300_000)])(
    'rejects a body that is no JSON object (%#)',
    async (body) => {
      for (const operation of OPERATIONS[service] ?? []) {
        const { status, reply } = await post(`${service}.${operation}`, body);
        expect([operation, status]).toEqual([operation, 400]);
        expect(reply.__type).toContain('SerializationException');
      }
      await expectAllServed();
    },
  );

  test('rejects or ignores members that are nested 3,000 levels, and an empty body', async () => {
    const deep = nested(3000);
    const QueueUrl = `${services.endpoint.url}/000000000000/WorkQueue`;
    const names = [
      ...[
        'MessageAttributes',
        'Entries',
        'Attributes',
        'TableName',
        'Item',
        'TransactItems',
        'Name',
        'Value',
      ],
      ...['stateMachineArn', 'input', 'taskToken', 'SourceArn', 'Unknown'],
    ];
    const entries = JSON.stringify([{ Id: 'a', MessageBody: [] }, null, 3]);
    const members = names.map((name) => `"${name}":${deep}`).join(',');
    for (const operation of OPERATIONS[service] ?? []) {
      for (const body of [
        '',
        `{${members}}`,
        `{"QueueUrl":"${QueueUrl}","MessageBody":${deep},${members}}`,
        `{"QueueUrl":"${QueueUrl}","Entries":${entries}}`,
      ])
        expect([200, 400]).toContain((await post(`${service}.${operation}`, body)).status);
    }
    await expectAllServed();
  });

  test('rejects an operation that it does not have', async () => {
    for (const operation of ['Nonsense', '', 'constructor', '__proto__'])
      expect((await post(`${service}.${operation}`, '{}')).status).toBe(400);
    await expectAllServed();
  });
});

test('rejects targets without a service', async () => {
  for (const target of ['', 'Nonsense', 'Nonsense.GetItem', 'constructor.x', '.'])
    expect(await post(target, '{}')).toMatchObject({
      status: 400,
      reply: { __type: 'UnknownOperationException' },
    });
});

test('starts an execution whose input has 3,000 levels', async () => {
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:SyncRun';
  const input = nested(3000);
  expect(
    (await post('AWSStepFunctions.StartExecution', JSON.stringify({ stateMachineArn, input }))).status,
  ).toBe(200);
  await expectAllServed();
});

const MIB = 1024 * 1024;

describe('the size of a body', () => {
  test.each([
    ['DynamoDB_20120810', 16],
    ['AmazonSQS', 4],
    ['AWSStepFunctions', 1],
    ['AmazonSSM', 1],
  ])('of %s is at most %i MiB', async (service, mebibytes) => {
    const target = `${service}.${VALID[service]}`;
    const longest = `{"Unknown":"${'x'.repeat(mebibytes * MIB - 14)}"}`;
    expect((await post(target, longest)).status).not.toBe(413);
    expect(await post(target, `${longest} `)).toMatchObject({
      status: 413,
      reply: { __type: 'RequestEntityTooLargeException' },
    });
    await expectAllServed();
  });

  /** Sends a request in parts and returns the response. */
  const send = async (head: string, ...parts: readonly string[]): Promise<string> => {
    const socket = connect(Number(new URL(services.endpoint.url).port), '127.0.0.1');
    // The signature of another body: the size counts before it.
    const { url, keys } = services.endpoint;
    const headers = signedHeaders(keys, {
      url,
      body: '',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST / HTTP/1.1\r\n${lines.join('')}${head}\r\n\r\n`);
    for (const part of parts) socket.write(part);
    const [response] = await new Promise<[Buffer]>((resolve) =>
      socket.once('data', (chunk) => resolve([chunk])),
    );
    socket.destroy();
    return response.toString();
  };

  test('counts before the body is sent', async () => {
    expect(await send(`content-length: ${16 * MIB + 1}`)).toMatch(/^HTTP\/1.1 413 /);
  });

  test('counts if its length is not stated', async () => {
    const chunk = `${MIB.toString(16)}\r\n${'x'.repeat(MIB)}\r\n`;
    const chunks = Array.from({ length: 17 }, () => chunk);
    expect(await send('transfer-encoding: chunked', ...chunks)).toMatch(/^HTTP\/1.1 413 /);
  });
});

test('many long bodies at once shut out each other, but no short one', async () => {
  const endpoint = await startEndpoint(0);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  let calls = 0;
  endpoint.serve({
    DynamoDB_20120810: async ({ body }) => {
      calls++;
      if (body.length > MIB) await answered;
      return { status: 200, headers: {}, body: '{}' };
    },
  });
  const request = (body: string): Promise<number> =>
    signedCall(endpoint, 'DynamoDB_20120810.X', body).then(({ status }) => status);
  const long = 'x'.repeat(16 * MIB);
  const first: Promise<number>[] = [];
  for (let count = 1; count <= 4; count++) {
    first.push(request(long));
    while (calls < count) await delay(10);
  }
  expect(await request(long)).toBe(503);
  expect(await request('x'.repeat(MIB))).toBe(200);
  answer();
  expect(await Promise.all(first)).toEqual([200, 200, 200, 200]);
  expect(await request(long)).toBe(200);
  await endpoint.end();
});

test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('answers %s plainly', async (method) => {
  const response = await fetch(services.endpoint.url, { method });
  expect(response.status).toBe(405);
  if (method !== 'HEAD') expect(await response.text()).toContain('POST');
});

describe('a client that sends half a request', () => {
  let endpoint: Endpoint;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    endpoint = await startEndpoint(0, 400);
    endpoint.serve({ DynamoDB_20120810: async () => ({ status: 200, headers: {}, body: '{}' }) });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await endpoint.end();
  });

  test.each([
    ['headers', 'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz'],
    ['body', 'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{'],
  ])('(of its %s) is disconnected, and holds up no one else', async (_part, text) => {
    const closed = Array.from({ length: 20 }, () => {
      const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(text);
      return new Promise<void>((resolve) => socket.once('close', () => resolve()));
    });
    expect((await signedCall(endpoint, 'DynamoDB_20120810.X', '{}')).status).toBe(200);
    await Promise.all(closed);
  });
});
