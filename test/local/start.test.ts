import { cpSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { readSettings } from '../../cdk/settings.ts';
import { connectLocal } from '../../services/local/connect.ts';
import { drawAccessKeys, drawNonce, proofOf } from '../../services/local/data-folder/access-keys.ts';
import { DataFolderBroken, DataFolderInUse } from '../../services/local/data-folder/errors.ts';
import { findRunning, writeRuntimeFile } from '../../services/local/data-folder/runtime-file.ts';
import { readSetAside } from '../../services/local/data-folder/set-aside.ts';
import { createClients } from '../../services/local/emulators/clients.ts';
import { PortInUse } from '../../services/local/emulators/loopback-server.ts';
import { type LocalOptions, type LocalServices, openLocal, startLocal } from '../../services/local/start.ts';
import { type Answer, startHttpServer } from '../helpers/http-server.ts';
import { runtimeOf } from '../helpers/runtime-of.ts';
import { signedCall } from '../helpers/signed-call.ts';
import { localOptions, newFolder, removeFolders, startOptions, until } from './support/machine.ts';
import { smallTemplate } from './support/small-template.ts';

const opened: LocalServices[] = [];
const keep = <T extends LocalServices>(services: T): T => {
  opened.push(services);
  return services;
};
const open = async (dataDir: string, more: Partial<LocalOptions> = {}) =>
  keep(await openLocal(localOptions(dataDir, more)));
afterEach(async () => {
  for (const services of opened.splice(0).reverse()) await services.stop();
  removeFolders();
});

test('keeps items across a restart', async () => {
  const folder = newFolder();
  const first = await open(folder);
  const item = { date: '2026-03-09', hrv: null, stages: new Set(['deep']) };
  await first.clients.dynamodb.send(new PutCommand({ TableName: 'Nights', Item: item }));
  await first.stop();
  const { clients } = await open(folder);
  const { Item } = await clients.dynamodb.send(
    new GetCommand({ TableName: 'Nights', Key: { date: item.date } }),
  );
  expect(Item).toEqual(item);
});

test('rejects a table if its key has changed', async () => {
  const folder = newFolder();
  await (await open(folder)).stop();
  const key = {
    AttributeDefinitions: [{ AttributeName: 'day', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
  };
  const template = smallTemplate({ more: { Nights: { Type: 'AWS::DynamoDB::Table', Properties: key } } });
  await expect(open(folder, { template })).rejects.toThrow(/its table Nights has another key/);
});

test('makes the data folder readable by its owner only', async () => {
  const folder = join(newFolder(), 'deep', 'data');
  await open(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('names a data folder that it rejects because it is in use', async () => {
  const folder = newFolder();
  await open(folder);
  await expect(open(folder)).rejects.toThrow(DataFolderInUse);
  await expect(open(folder)).rejects.toThrow(folder);
});

test.each(['dynamodb', 'sqs'])('rejects a data folder with a file in place of %s', async (name) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'ring'), 'simulated\n');
  writeFileSync(join(folder, name), 'not a folder');
  await expect(open(folder)).rejects.toThrow(DataFolderBroken);
});

test('rejects a file in place of the data folder', async () => {
  const file = join(newFolder(), 'data');
  writeFileSync(file, 'not a folder');
  await expect(open(file)).rejects.toThrow(DataFolderBroken);
});

test.each([
  ['dynamodb.sqlite', 'not a database'],
  ['sqs/fauxqs.db', 'not a database'],
  ['owner.lock', 'not a database'],
])('rejects a data folder with a damaged %s by name', async (file, content) => {
  const folder = newFolder();
  await (await open(folder)).stop();
  writeFileSync(join(folder, file), content);
  await expect(open(folder)).rejects.toThrow(DataFolderBroken);
  await expect(open(folder)).rejects.toThrow(file);
});

test.each([
  ['SyncRun%3Arun-1.json', '{"name":1}', /run run-1 may have been unfinished/],
  ['SyncRun%3Arun-2.json', '', /run run-2 may have been unfinished/],
  ['SyncRun%3Arun-3.json', '{"machine":"SyncRun","name":"run-3","status":"SUCCEEDED","inp', /no night\.$/],
  [
    'SyncRun%3Arun-4.json',
    '{"machine":"SyncRun","name":"run-5","status":"SUCCEEDED","input":"{}","startDate":1}',
    /another execution.*no night\.$/,
  ],
])(
  'sets aside the damaged history %s, names it once, and opens the folder',
  async (file, content, sentence) => {
    const folder = newFolder();
    await (await open(folder)).stop();
    writeFileSync(join(folder, 'executions', file), content);
    const sentences: string[] = [];
    const report = (said: string) => void sentences.push(said);
    for (let starts = 0; starts < 2; starts += 1) await (await open(folder, { report })).stop();
    const [aside] = readSetAside(folder);
    expect(aside).toEqual({ name: expect.stringContaining(file), at: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(readFileSync(join(folder, 'damaged', aside?.name ?? ''), 'utf8')).toBe(content);
    expect(readdirSync(join(folder, 'executions'))).toEqual([]);
    expect(sentences).toEqual([expect.stringMatching(sentence)]);
    expect(sentences[0]).toContain(`executions/${file}`);
  },
);

test('rejects a port that is in use, and releases the data folder', async () => {
  const { endpoint } = await open(newFolder());
  const port = Number(new URL(endpoint).port);
  const folder = newFolder();
  await expect(open(folder, { port })).rejects.toThrow(PortInUse);
  await expect(open(folder)).resolves.toBeDefined();
});

test('listens on the loopback address only', async () => {
  const { endpoint } = await open(newFolder());
  const port = Number(new URL(endpoint).port);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of [...others, { address: '127.0.0.2' }]) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(true)).on('error', () => resolve(false));
      socket.unref();
    });
    expect([address, reached]).toEqual([address, false]);
  }
});

const statusFor = (endpoint: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const call = request(`${endpoint}/health`, { headers }, (response) =>
      resolve(response.resume().statusCode),
    );
    call.on('error', reject).end();
  });

test.each([
  ['under another host name', { host: 'evil.example:80' }, 403],
  ['for a web page', { origin: 'http://evil.example' }, 403],
  ['under localhost', { host: 'localhost:1' }, 200],
])('responds to a request %s with the right status', async (_, headers, status) => {
  const { endpoint } = await open(newFolder());
  expect(await statusFor(endpoint, headers)).toBe(status);
});

test('returns the given secrets by name, and no others', async () => {
  let key = 'first';
  const { clients } = await open(newFolder(), { secrets: { '/key': () => key, '/fixed': 'value' } });
  const get = async (Name: string) =>
    (await clients.ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value;
  expect([await get('/key'), await get('/fixed')]).toEqual(['first', 'value']);
  key = 'second';
  expect(await get('/key')).toBe('second');
  await expect(get('/other')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('answers only calls that are signed with the keys of this process', async () => {
  const { endpoint, clients } = await open(newFolder(), { secrets: { '/key': 'planted-secret' } });
  const { accessKeyId, secretAccessKey } = await clients.ssm.config.credentials();
  const strangers = [
    { accessKeyId: 'local', secretAccessKey: 'local' },
    { accessKeyId, secretAccessKey: drawAccessKeys().secretAccessKey },
    drawAccessKeys(),
  ];
  const command = new GetParameterCommand({ Name: '/key', WithDecryption: true });
  const put = new PutCommand({ TableName: 'Nights', Item: { date: '2026-03-09' } });
  for (const keys of strangers) {
    const stranger = createClients(endpoint, keys);
    const refused = { name: 'UnrecognizedClientException' };
    await expect(stranger.ssm.send(command)).rejects.toMatchObject(refused);
    await expect(stranger.dynamodb.send(put)).rejects.toMatchObject(refused);
    await expect(stranger.sqs.send(new ListQueuesCommand())).rejects.toMatchObject(refused);
    await expect(stranger.sfn.send(new ListStateMachinesCommand())).rejects.toMatchObject(refused);
    stranger.destroy();
  }
  const { Count } = await clients.dynamodb.send(new ScanCommand({ TableName: 'Nights' }));
  expect(Count).toBe(0);
  const friend = createClients(endpoint, { accessKeyId, secretAccessKey });
  expect((await friend.ssm.send(command)).Parameter?.Value).toBe('planted-secret');
  expect((await friend.sqs.send(new ListQueuesCommand())).QueueUrls).not.toEqual([]);
  friend.destroy();
});

test('a call without a signature has the same answer, whatever it names', async () => {
  const { endpoint } = await open(newFolder());
  const answers = new Set<string>();
  for (const target of [
    'DynamoDB_20120810.ListTables',
    'AmazonSSM.GetParameter',
    'Nonsense.X',
    'constructor.X',
  ])
    for (const body of ['{}', 'no json', '{"TableName":"Nights"}']) {
      const response = await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': target }, body });
      answers.add(`${response.status} ${await response.text()}`);
    }
  expect([...answers]).toEqual([expect.stringMatching(/^403 .*UnrecognizedClientException/)]);
});

test('rejects a call to an unknown service with any name', async () => {
  const { endpoint: url, clients } = await open(newFolder());
  const keys = await clients.ssm.config.credentials();
  for (const name of ['constructor', '__proto__', 'toString'])
    expect((await signedCall({ url, keys }, `${name}.Anything`, '{}')).status).toBe(400);
});

test('uses new keys for each process, and commands find them in the data folder', async () => {
  const folder = newFolder();
  const secrets = { '/key': 'a-secret' };
  const runtime = keep(await startLocal({ ...startOptions(folder, {}), secrets }));
  const connected = await connectLocal(localOptions(folder));
  const command = new GetParameterCommand({ Name: '/key', WithDecryption: true });
  expect((await connected.clients.ssm.send(command)).Parameter?.Value).toBe('a-secret');
  const before = await findRunning(folder);
  await connected.stop();
  await runtime.stop();
  keep(await startLocal({ ...startOptions(folder, {}), secrets }));
  const after = await findRunning(folder);
  expect(after?.accessKeyId).not.toBe(before?.accessKeyId);
  expect(after?.secretAccessKey).not.toBe(before?.secretAccessKey);
});

test('is found through its data folder while it runs', async () => {
  const folder = newFolder();
  const runtime = keep(await startLocal(startOptions(folder, {})));
  expect(await findRunning(folder)).toMatchObject({
    endpoint: runtime.endpoint,
    pid: process.pid,
    consumes: true,
  });
  expect(statSync(join(folder, 'runtime.json')).mode & 0o777).toBe(0o600);
  await runtime.stop();
  expect(await findRunning(folder)).toBeUndefined();
});

test('shares its services on request, and reports that nothing consumes', async () => {
  const folder = newFolder();
  const first = await connectLocal(localOptions(folder, { shared: true }));
  expect(await findRunning(folder)).toMatchObject({ endpoint: first.endpoint, consumes: false });
  const other = await connectLocal(localOptions(folder));
  expect(other.endpoint).toBe(first.endpoint);
  await other.stop();
  await first.stop();
  expect(await findRunning(folder)).toBeUndefined();
});

/** The runtime file of a process that was killed while it served `folder` at `endpoint`. */
const leaveRuntimeFile = (folder: string, endpoint: string) => {
  const left = { pid: 1, endpoint, consumes: true, ...drawAccessKeys() };
  writeRuntimeFile(folder, { ...left, settings: readSettings({}), outputs: {} });
};

test('ignores the runtime file of a killed process whose port another one uses', async () => {
  const folder = newFolder();
  const other = await open(newFolder());
  leaveRuntimeFile(folder, other.endpoint);
  expect(await findRunning(folder)).toBeUndefined();
});

test.each<[string, Answer]>([
  ['invents a proof', { body: { mac: '0'.repeat(64) } }],
  ['proves nothing', { body: {} }],
  ['redirects', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
  ['fails', { status: 500 }],
  ['sends without end', { fault: 'flood' }],
  ['never answers', { fault: 'hang' }],
])('an impostor on the port that %s receives nothing but a nonce', async (_, answer) => {
  await using impostor = await startHttpServer();
  impostor.answers(answer);
  const folder = newFolder();
  leaveRuntimeFile(folder, impostor.url);
  expect(await findRunning(folder)).toBeUndefined();
  expect(impostor.requests).toEqual([
    expect.objectContaining({
      ...{ method: 'GET', path: '/health' },
      query: { nonce: expect.stringMatching(/^[0-9a-f]{64}$/) },
    }),
  ]);
  expect(JSON.stringify(impostor.requests)).not.toContain(runtimeOf(folder).accessKeyId);
});

test('a process that takes two seconds to answer, on a busy machine, is found', async () => {
  await using busy = await startHttpServer();
  const folder = newFolder();
  leaveRuntimeFile(folder, busy.url);
  busy.answersBy(({ query: { nonce = '' } }) => ({
    delayMs: 2000,
    body: { mac: proofOf(runtimeOf(folder), busy.url, nonce) },
  }));
  expect(await findRunning(folder)).toMatchObject({ endpoint: busy.url });
});

test('/health proves the secret key for a new nonce, and says nothing else', async () => {
  const { endpoint, clients } = await open(newFolder());
  const { secretAccessKey } = await clients.ssm.config.credentials();
  const get = async (query: string) => {
    const response = await fetch(`${endpoint}/health${query}`);
    return [response.status, await response.text()];
  };
  expect(await get('')).toEqual([200, '{}']);
  const nonce = drawNonce();
  const mac = proofOf({ secretAccessKey }, endpoint, nonce);
  expect(await get(`?nonce=${nonce}`)).toEqual([200, JSON.stringify({ mac })]);
  for (const none of ['', 'a', nonce.toUpperCase(), `${nonce}0`, `${nonce}&nonce=${nonce}`])
    expect((await get(`?nonce=${none}`))[0]).toBe(400);
});

test('a command on a copy of the folder never acts on the original, also in its place', async () => {
  const parent = newFolder();
  const [original, copy, link, renamed] = ['original', 'copy', 'link', 'renamed'].map((name) =>
    join(parent, name),
  ) as [string, string, string, string];
  const runtime = keep(await startLocal(startOptions(original, {})));
  cpSync(original, copy, { recursive: true });
  symlinkSync(original, link);
  expect((await findRunning(original))?.endpoint).toBe(runtime.endpoint);
  expect((await findRunning(link))?.endpoint).toBe(runtime.endpoint);
  expect(await findRunning(copy)).toBeUndefined();
  const connected = await connectLocal(localOptions(copy));
  await connected.clients.dynamodb.send(
    new PutCommand({ TableName: 'Nights', Item: { date: '2026-03-09' } }),
  );
  await connected.stop();
  const { Count } = await runtime.clients.dynamodb.send(new ScanCommand({ TableName: 'Nights' }));
  expect(Count).toBe(0);
  renameSync(original, renamed);
  cpSync(renamed, original, { recursive: true });
  expect(await findRunning(original)).toBeUndefined();
});

test('connects to the process that serves the data folder', async () => {
  const folder = newFolder();
  const runtime = keep(await startLocal(startOptions(folder, {})));
  const connected = await connectLocal(localOptions(folder));
  expect(connected.endpoint).toBe(runtime.endpoint);
  expect(connected.outputs).toEqual(runtime.outputs);
  await connected.stop();
  expect(await findRunning(folder)).toBeDefined();
});

test('opens the services itself if no process serves the data folder', async () => {
  const folder = newFolder();
  const connected = keep(await connectLocal(localOptions(folder)));
  expect(connected.outputs['WorkQueueUrl']).toBe(`${connected.endpoint}/000000000000/WorkQueue`);
});

test('waits until a short command releases the data folder', async () => {
  const folder = newFolder();
  const first = await openLocal(localOptions(folder));
  const connecting = connectLocal(localOptions(folder));
  setTimeout(() => void first.stop(), 300);
  expect(keep(await connecting).endpoint).toMatch(/^http:\/\/127\.0\.0\.1:/);
});

test('invokes a function at the time of its schedule, which is not the next run, and waits for it at the end', async () => {
  let now = Date.parse('2026-03-09T19:14:59.900Z');
  const quarterly = {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'cron(0/15 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': ['Summary', 'Arn'] }, Input: '{"at":"once"}', RoleArn: 'role' },
    },
  };
  const invoked: unknown[] = [];
  let ended = false;
  const summary = () => async (event: unknown) => {
    invoked.push(event);
    await new Promise((resolve) => setTimeout(resolve, 300));
    ended = true;
  };
  const template = smallTemplate({ more: { Quarterly: quarterly } });
  const runtime = await startLocal(
    startOptions(newFolder(), { summary }, { template, clock: { now: () => now }, schedule: true }),
  );
  expect(runtime.nextRun()).toBeUndefined();
  now += 200;
  await until(() => invoked.length === 1);
  expect(invoked).toEqual([{ at: 'once' }]);
  await runtime.stop();
  expect(ended).toBe(true);
});

test('starts a run at the time of the schedule', async () => {
  let now = Date.parse('2026-03-09T18:59:59.900Z');
  const daily = {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'cron(0 12 * * ? *)',
      ScheduleExpressionTimezone: 'America/Los_Angeles',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { Ref: 'SyncRun' }, Input: '{"trigger":"schedule"}', RoleArn: 'role' },
    },
  };
  const planned: unknown[] = [];
  const planner = () => async (event: unknown) => void planned.push(event);
  const template = smallTemplate({ more: { Daily: daily } });
  const runtime = keep(
    await startLocal(
      startOptions(newFolder(), { planner }, { template, clock: { now: () => now }, schedule: true }),
    ),
  );
  now += 200;
  await until(() => planned.length === 1);
  expect(planned[0]).toMatchObject({ name: 'schedule-2026-03-09T19-00-00' });
  expect(runtime.nextRun()?.toISOString()).toBe('2026-03-10T19:00:00.000Z');
});
