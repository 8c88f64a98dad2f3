import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openDynamoDb } from '../../services/local/dynamodb.ts';
import { temporaryDataDir } from '../helpers/command.ts';

const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level');

test('a table whose making was cut off by a kill is made again', async () => {
  const dataDir = await temporaryDataDir();
  await mkdir(dataDir.path, { recursive: true });
  const level = new Level(join(dataDir.path, 'dynamodb'), { valueEncoding: 'json' });
  await level.put('table~Half', { TableName: 'Half', TableStatus: 'CREATING' });
  await level.put('table~Whole', { TableName: 'Whole', TableStatus: 'ACTIVE' });
  await level.close();
  const dynamodb = await openDynamoDb(dataDir.path);
  const reply = await dynamodb.service({
    target: 'DynamoDB_20120810.ListTables',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
      'x-amz-date': '20260101T000000Z',
    },
    body: '{}',
  });
  expect(JSON.parse(reply.body)).toEqual({ TableNames: ['Whole'] });
  await dynamodb.end();
  await dataDir.remove();
});
