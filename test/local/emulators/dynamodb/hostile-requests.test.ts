import fc from 'fast-check';
import { type DynamoDb, openDynamoDb } from '../../../../services/local/emulators/dynamodb/open.ts';
import { propertyRuns } from '../../../helpers/property-runs.ts';
import { newFolder, removeFolders } from '../../support/machine.ts';
import { call, callRaw, createTable } from './call.ts';

let dynamodb: DynamoDb;

beforeAll(async () => {
  dynamodb = await openDynamoDb(newFolder());
  await createTable(dynamodb.service, 'Nights');
  await call(dynamodb.service, 'PutItem', { TableName: 'Nights', Item: { pk: { S: 'kept' } } });
});
afterAll(async () => {
  await dynamodb.end();
  removeFolders();
});

/** A reply within this time does not hold up other callers noticeably. */
const PROMPT_MS = 2000;

const errorOf = async (operation: string, body: string) => {
  const before = performance.now();
  const { status, body: reply } = await callRaw(dynamodb.service, operation, body);
  expect(performance.now() - before).toBeLessThan(PROMPT_MS);
  const { __type } = JSON.parse(reply);
  return [status, __type.split('#')[1]];
};

test.each(['null', '[]', '1', '"text"', '', '{', '\u0000', 'undefined'])(
  'the body %j is a SerializationException',
  async (body) => {
    for (const operation of ['GetItem', 'PutItem', 'ListTables', 'TransactWriteItems'])
      expect(await errorOf(operation, body)).toEqual([400, 'SerializationException']);
  },
);

const nested = (levels: number) => `${'{"L":['.repeat(levels)}{"S":"x"}${']}'.repeat(levels)}`;

test.each([33, 3000, 300_000])('a value with %i levels is a ValidationException', async (levels) => {
  const value = nested(levels);
  for (const [operation, body] of [
    ['PutItem', `{"TableName":"Nights","Item":{"pk":{"S":"x"},"a":${value}}}`],
    ['GetItem', `{"TableName":"Nights","Key":{"pk":${value}}}`],
    [
      'Scan',
      `{"TableName":"Nights","FilterExpression":"a = :a","ExpressionAttributeValues":{":a":${value}}}`,
    ],
    [
      'TransactWriteItems',
      `{"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"Nights","Item":{"pk":{"S":"x"},"a":${value}}}}]}`,
    ],
  ] as const)
    expect(await errorOf(operation, body)).toEqual([400, 'ValidationException']);
});

test.each([
  '('.repeat(6),
  '('.repeat(4000),
  'NOT '.repeat(1000),
  `${'('.repeat(1000)}a = :a${')'.repeat(1000)}`,
  `${'size('.repeat(700)}a`,
  `${'a.'.repeat(2000)}`,
  `a${'[1]'.repeat(1300)}`,
  `a = :a${' AND a = :a'.repeat(350)}`,
  'a'.repeat(100_000),
  ':a'.repeat(2000),
  '((((((((((a'.repeat(300),
])('the expression %# is a ValidationException', async (expression) => {
  for (const [operation, parameter] of [
    ['Scan', 'FilterExpression'],
    ['Scan', 'ProjectionExpression'],
    ['Query', 'KeyConditionExpression'],
    ['UpdateItem', 'UpdateExpression'],
    ['PutItem', 'ConditionExpression'],
  ] as const) {
    const request = {
      TableName: 'Nights',
      Item: { pk: { S: 'x' } },
      Key: { pk: { S: 'x' } },
      [parameter]: expression,
      ...(parameter !== 'ProjectionExpression' && { ExpressionAttributeValues: { ':a': { S: 'x' } } }),
    };
    const { status, reply } = await call(dynamodb.service, operation, request);
    // A long path into nothing is a legal projection.
    if (parameter === 'ProjectionExpression' && status === 200) continue;
    expect([status, reply.__type]).toEqual([400, expect.stringContaining('ValidationException')]);
  }
});

test('a list cannot nest itself deeper with every update', async () => {
  const update = (UpdateExpression: string, values?: object) =>
    call(dynamodb.service, 'UpdateItem', {
      TableName: 'Nights',
      Key: { pk: { S: 'nested' } },
      UpdateExpression,
      ...(values && { ExpressionAttributeValues: values }),
    });
  await update('SET a = :a', { ':a': { L: [{ S: 'x' }] } });
  let status = 200;
  for (let round = 0; round < 40 && status === 200; round++) ({ status } = await update('SET a[0] = a'));
  expect(status).toBe(400);
});

test('names of the language are names of attributes', async () => {
  const body =
    '{"TableName":"Nights","Item":{"pk":{"S":"proto"},"__proto__":{"S":"a"},"constructor":{"S":"b"}}}';
  expect((await callRaw(dynamodb.service, 'PutItem', body)).status).toBe(200);
  const { body: reply } = await callRaw(
    dynamodb.service,
    'GetItem',
    '{"TableName":"Nights","Key":{"pk":{"S":"proto"}},"ProjectionExpression":"#p, toString, #c","ExpressionAttributeNames":{"#p":"__proto__","#c":"constructor"}}',
  );
  expect(reply).toBe('{"Item":{"__proto__":{"S":"a"},"constructor":{"S":"b"}}}');
  expect((await call(dynamodb.service, 'constructor', {})).reply.__type).toContain(
    'UnknownOperationException',
  );
});

const REQUESTS = 10_000;

const OPERATIONS = [
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem'],
  ...['TransactGetItems', 'TransactWriteItems', 'DescribeTable', 'ListTables', 'UpdateTable', 'CreateTable'],
  ...['UpdateTimeToLive', 'TagResource', 'DescribeContinuousBackups'],
];

const fuzzed = fc.letrec((tie) => {
  const text = fc.constantFrom(
    'Nights',
    'pk',
    'a',
    'x',
    '',
    '1',
    '-1e200',
    ':a',
    '#a',
    'ALL_OLD',
    'AAAA',
    '__proto__',
  );
  const expression = fc
    .array(
      fc.constantFrom(
        ...[
          'a',
          'pk',
          ':a',
          '#a',
          '=',
          '<>',
          '<',
          '(',
          ')',
          ',',
          '.',
          '[0]',
          '[',
          ']',
          'AND',
          'OR',
          'NOT',
          'IN',
        ],
        ...[
          'BETWEEN',
          'SET',
          'REMOVE',
          'ADD',
          'DELETE',
          '+',
          '-',
          'size(',
          'contains(',
          'begins_with(',
          'list_append(',
        ],
        ...['if_not_exists(', 'attribute_exists(', '"', '\u{1F600}', '\n'],
      ),
      { maxLength: 12 },
    )
    .map((words) => words.join(' '));
  const scalar = fc.oneof(text, expression, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  const type = fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M', 'Z');
  const attribute = fc.oneof(
    fc.constant({ S: 'kept' }),
    fc.constant({ N: '1' }),
    fc.dictionary(type, fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), tie('value')), { maxKeys: 2 }),
  );
  const item = fc.dictionary(fc.constantFrom('pk', 'a', ':a', '#a', '__proto__'), attribute, { maxKeys: 3 });
  return {
    value: fc.oneof({ depthSize: 'small' }, scalar, item, fc.array(tie('value'), { maxLength: 3 })),
    request: fc.record(
      {
        TableName: fc.oneof(
          { weight: 9, arbitrary: fc.constant('Nights') },
          { weight: 1, arbitrary: tie('value') },
        ),
        Key: fc.oneof(fc.constant({ pk: { S: 'x' } }), item, tie('value')),
        Item: fc.oneof(fc.constant({ pk: { S: 'x' } }), item, tie('value')),
        ...Object.fromEntries(
          [
            'ConditionExpression',
            'FilterExpression',
            'KeyConditionExpression',
            'ProjectionExpression',
            'UpdateExpression',
          ].map((name) => [name, fc.oneof(expression, tie('value'))]),
        ),
        ExpressionAttributeNames: fc.oneof(fc.constant({ '#a': 'a' }), tie('value')),
        ExpressionAttributeValues: fc.oneof(item, tie('value')),
        ExclusiveStartKey: fc.oneof(item, tie('value')),
        Limit: scalar,
        Select: scalar,
        Segment: scalar,
        TotalSegments: scalar,
        ReturnValues: scalar,
        ConsistentRead: scalar,
        ReturnConsumedCapacity: scalar,
        RequestItems: fc.oneof(
          fc.record({
            Nights: fc.array(fc.record({ PutRequest: fc.record({ Item: item }) }), { maxLength: 2 }),
          }),
          fc.record({ Nights: fc.record({ Keys: fc.array(item, { maxLength: 2 }) }) }),
          tie('value'),
        ),
        TransactItems: fc.oneof(
          fc.array(
            fc.dictionary(
              fc.constantFrom('Put', 'Get', 'Delete', 'Update', 'ConditionCheck'),
              fc.record(
                { TableName: fc.constant('Nights'), Item: item, Key: item, UpdateExpression: expression },
                { requiredKeys: [] },
              ),
              { maxKeys: 2 },
            ),
            { maxLength: 2 },
          ),
          tie('value'),
        ),
        KeySchema: tie('value'),
        AttributeDefinitions: tie('value'),
        BillingMode: tie('value'),
        TimeToLiveSpecification: tie('value'),
        ResourceArn: tie('value'),
        Tags: tie('value'),
      },
      { requiredKeys: ['TableName'] },
    ),
  };
});

test(`${REQUESTS} random requests end with a reply that is no fault of the engine`, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...OPERATIONS), fuzzed.request, async (operation, request) => {
      const { status, body } = await callRaw(dynamodb.service, operation, JSON.stringify(request));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status !== 200 && status !== 400) throw new Error(`${operation}: ${body}`);
    }),
    { ...propertyRuns(), numRuns: REQUESTS },
  );
  expect([...statuses.keys()].sort()).toEqual([200, 400]);
  const { reply } = await call(dynamodb.service, 'ListTables', {});
  expect(reply.TableNames).toContain('Nights');
}, 120_000);
