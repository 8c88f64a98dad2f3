// What a durable write costs: conditional puts of 2 KB in the embedded DynamoDB, one after another (one sync of the disk per
// item) and several at once (one sync per group).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { openDynamoDb } from '../services/local/emulators/dynamodb/open.ts';

const PUTS = 1000;
const AT_ONCE = [1, 10, 25, 100];
const TEXT = 'x'.repeat(2000);

const dataDir = await mkdtemp(join(tmpdir(), 'oura-sync-durability-'));
const dynamodb = await openDynamoDb(dataDir);
const call = async (operation: string, input: object): Promise<void> => {
  const target = `DynamoDB_20120810.${operation}`;
  const { status, body } = await dynamodb.service({ target, headers: {}, body: JSON.stringify(input) });
  if (status !== 200) throw new Error(body);
};

const table = new Table({
  ...TABLE_STYLE,
  head: ['puts at once', 'puts per second', 'ms per put'],
  colAligns: ['right', 'right', 'right'],
});
try {
  for (const atOnce of AT_ONCE) {
    const TableName = `puts-${atOnce}`;
    await call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    const put = (index: number) =>
      call('PutItem', {
        TableName,
        Item: { pk: { S: String(index) }, text: { S: TEXT } },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    const begun = performance.now();
    for (let first = 0; first < PUTS; first += atOnce)
      await Promise.all(Array.from({ length: atOnce }, (_, index) => put(first + index)));
    const ms = performance.now() - begun;
    table.push([atOnce, Math.round((PUTS / ms) * 1000), (ms / PUTS).toFixed(2)]);
  }
  console.log(`${table}`);
} finally {
  await dynamodb.end();
  await rm(dataDir, { recursive: true, force: true });
}
