// The least that a command on the stored nights can cost: starts Node, opens the tables of a data folder through the engine, and
// reads every night through the SDK's document client, decoded.
import { enableCompileCache } from 'node:module';
import type { HttpRequest } from '@smithy/types';

// As the commands do.
enableCompileCache();
const [{ DynamoDBClient }, { DynamoDBDocumentClient, paginateScan }, { openDynamoDb }, { LOGICAL_ID }] =
  await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/lib-dynamodb'),
    import('../../services/local/emulators/dynamodb/open.ts'),
    import('../../shared/core/names.ts'),
  ]);

const [dataDir = ''] = process.argv.slice(2);
const engine = await openDynamoDb(dataDir);
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint: 'http://127.0.0.1',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: {
      handle: async ({ headers, body }: HttpRequest) => {
        const target = headers['x-amz-target'] ?? '';
        const reply = await engine.service({ target, headers, body: new TextDecoder().decode(body) });
        return {
          response: { statusCode: reply.status, headers: reply.headers, body: Buffer.from(reply.body) },
        };
      },
    },
  }),
);
let nights = 0;
for await (const page of paginateScan({ client }, { TableName: LOGICAL_ID.ouraSleepTable })) {
  nights += page.Items?.length ?? 0;
}
await engine.end();
if (nights === 0) throw new Error(`${dataDir} has no nights`);
