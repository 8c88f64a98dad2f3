import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineOptions } from '../../../../services/local/emulators/dynamodb/engine-supervisor.ts';
import { type DynamoDb, openDynamoDb } from '../../../../services/local/emulators/dynamodb/open.ts';
import { newFolder, removeFolders } from '../../support/machine.ts';
import { call, callRaw, createTable } from './call.ts';

const FAULTY = new URL('./faulty-engine.ts', import.meta.url);

let dynamodb: DynamoDb;
let folder: string;
let log: string[];

const open = async (options: EngineOptions = {}) => {
  folder = newFolder();
  log = [];
  dynamodb = await openDynamoDb(folder, {
    module: FAULTY,
    silenceMs: 600,
    log: (line) => log.push(line),
    ...options,
  });
  await createTable(dynamodb.service, 'Nights');
};
afterEach(async () => {
  await dynamodb.end();
  removeFolders();
});

const item = (pk: string, text = 'x') => ({
  TableName: 'Nights',
  Item: { pk: { S: pk }, text: { S: text } },
});
const put = (pk: string, text?: string) => call(dynamodb.service, 'PutItem', item(pk, text));
const has = async (pk: string) => {
  const { reply } = await call(dynamodb.service, 'GetItem', { TableName: 'Nights', Key: { pk: { S: pk } } });
  return reply.Item !== undefined;
};

test.each<[string, string, string, EngineOptions]>([
  ['falls silent', 'fault:hang', 'no answer for 0.6 seconds', {}],
  // Filling a gigabyte takes seconds.
  ['needs too much memory', 'fault:memory', 'memory limit', { silenceMs: 60_000 }],
  ['ends', 'fault:exit', 'exit code 3', {}],
])(
  'an engine that %s fails the call by name, is reported once, and starts again',
  async (_, fault, reason, options) => {
    await open(options);
    await put('before');
    const { status, reply } = await put('poison', fault);
    expect([status, reply.__type]).toEqual([500, 'com.amazonaws.dynamodb.v20120810#InternalServerError']);
    expect(reply.message).toContain('while it ran PutItem');
    expect(await put('after')).toMatchObject({ status: 200 });
    expect([await has('before'), await has('poison'), await has('after')]).toEqual([true, false, true]);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('The DynamoDB engine ended while it ran PutItem: ');
    expect(log[0]).toContain(reason);
  },
);

test('an engine that ends outside of a request starts again, and blames none', async () => {
  await open();
  for (const round of [1, 2, 3])
    expect(await put(`${round}`, 'between turns')).toMatchObject({ status: 500 });
  expect(await put('after')).toMatchObject({ status: 200 });
  expect(log).toHaveLength(3);
  expect(log[0]).toContain('The DynamoDB engine ended: a fault between turns');
});

test('no acknowledged write is lost, and the others may be repeated', async () => {
  await open();
  const acknowledged: string[] = [];
  let written = 0;
  const writers = Array.from({ length: 5 }, async () => {
    while (written < 400) {
      const pk = `night-${written++}`;
      // What an SDK does.
      for (;;) {
        const { status } = await put(pk);
        if (status === 200) break;
        expect(status).toBe(500);
      }
      acknowledged.push(pk);
    }
  });
  for (const at of [50, 150, 250]) {
    while (written < at) await delay(1);
    expect(await put(`poison-${at}`, 'fault:exit')).toMatchObject({ status: 500 });
  }
  await Promise.all(writers);
  expect(log).toHaveLength(3);
  const { reply } = await call(dynamodb.service, 'Scan', { TableName: 'Nights' });
  const stored = reply.Items.map(({ pk }: { pk: { S: string } }) => pk.S);
  expect(stored.sort()).toEqual(acknowledged.sort());
});

test('calls that wait while the engine starts are answered', async () => {
  await open();
  const poisoned = put('poison', 'fault:exit');
  await delay(0);
  const waiting = Array.from({ length: 20 }, async (_, index) => {
    await delay(index * 5);
    return (await put(`${index}`)).status;
  });
  await poisoned;
  const statuses = await Promise.all(waiting);
  expect(statuses.filter((status) => status !== 200 && status !== 500)).toEqual([]);
  expect(statuses.at(-1)).toBe(200);
});

test('a request that ended the engine twice is refused, and others go on', async () => {
  await open();
  for (const _ of [1, 2]) expect(await put('poison', 'fault:exit')).toMatchObject({ status: 500 });
  const { status, reply } = await put('poison', 'fault:exit');
  expect([status, reply.__type]).toEqual([400, 'com.amazon.coral.validate#ValidationException']);
  expect(reply.message).toContain('ended the local engine twice');
  expect(await put('other')).toMatchObject({ status: 200 });
  expect(log).toHaveLength(2);
});

test('an engine that ends again and again starts at a slower and slower pace', async () => {
  await open();
  const before = performance.now();
  for (let round = 0; round < 3; round++) await put(`poison-${round}`, 'fault:exit');
  await put('prompt');
  expect(performance.now() - before).toBeLessThan(5000);
  await put('poison-3', 'fault:exit');
  const paused = performance.now();
  expect(await put('later')).toMatchObject({ status: 200 });
  expect(performance.now() - paused).toBeGreaterThan(900);
  await put('poison-4', 'fault:exit');
  const pausedAgain = performance.now();
  expect(await put('much later')).toMatchObject({ status: 200 });
  expect(performance.now() - pausedAgain).toBeGreaterThan(1900);
});

test('a busy main thread is not silence of the engine', async () => {
  await open();
  const underWay = Array.from({ length: 20 }, (_, index) => put(`${index}`));
  await delay(1);
  const until = performance.now() + 1500;
  while (performance.now() < until);
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual(underWay.map(() => 200));
  expect(log).toEqual([]);
});

test('a batch that takes longer than the limit of silence is no silence', async () => {
  await open({ silenceMs: 500 });
  await put('long', 'x'.repeat(300_000));
  const expression = Array.from({ length: 25 }, () => 'contains(#t, :a)').join(' OR ');
  const scan = {
    TableName: 'Nights',
    FilterExpression: expression,
    ExpressionAttributeNames: { '#t': 'text' },
    ExpressionAttributeValues: { ':a': { S: `${'x'.repeat(50)}y` } },
  };
  const before = performance.now();
  const replies = await Promise.all(Array.from({ length: 40 }, () => call(dynamodb.service, 'Scan', scan)));
  expect(performance.now() - before).toBeGreaterThan(750);
  expect(log).toEqual([]);
  expect(replies.find(({ status }) => status !== 200)).toBeUndefined();
});

test('a file that is damaged when the engine starts again is named in every reply', async () => {
  await open();
  await put('night');
  const poisoned = put('poison', 'fault:hang');
  await delay(50);
  for (const suffix of ['', '-wal']) {
    truncateSync(join(folder, `dynamodb.sqlite${suffix}`));
    writeFileSync(join(folder, `dynamodb.sqlite${suffix}`), 'not a database '.repeat(500));
  }
  await poisoned;
  for (const operation of ['GetItem', 'ListTables', 'PutItem']) {
    const { status, body } = await callRaw(dynamodb.service, operation, '{}');
    expect(status).toBe(500);
    expect(JSON.parse(body).__type).toContain('InternalServerError');
    expect(JSON.parse(body).message).toContain(`The data folder ${folder} cannot be used: dynamodb.sqlite`);
  }
});
