import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openDynamoDb } from '../../../services/local/emulators/dynamodb.ts';
import { temporaryDataDir } from '../../helpers/command.ts';

const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level');

/** A call of the operation in the form that an SDK sends. */
const call = (operation: string) => ({
  target: `DynamoDB_20120810.${operation}`,
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
    'x-amz-date': '20260101T000000Z',
  },
  body: '{}',
});

test('creates a table again if a kill interrupted its creation', async () => {
  const dataDir = await temporaryDataDir();
  await mkdir(dataDir.path, { recursive: true });
  const level = new Level(join(dataDir.path, 'dynamodb'), { valueEncoding: 'json' });
  await level.put('table~Half', { TableName: 'Half', TableStatus: 'CREATING' });
  await level.put('table~Whole', { TableName: 'Whole', TableStatus: 'ACTIVE' });
  await level.close();
  const dynamodb = await openDynamoDb(dataDir.path);
  const reply = await dynamodb.service(call('ListTables'));
  expect(JSON.parse(reply.body)).toEqual({ TableNames: ['Whole'] });
  await dynamodb.end();
  await dataDir.remove();
});

test('answers the calls in progress when the tables close, and rejects later ones', async () => {
  const dataDir = await temporaryDataDir();
  await mkdir(dataDir.path, { recursive: true });
  const dynamodb = await openDynamoDb(dataDir.path);
  const underWay = Array.from({ length: 20 }, () => dynamodb.service(call('ListTables')));
  const ended = dynamodb.end();
  await expect(dynamodb.service(call('ListTables'))).rejects.toThrow('being closed');
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual(underWay.map(() => 200));
  await ended;
  await dataDir.remove();
});
