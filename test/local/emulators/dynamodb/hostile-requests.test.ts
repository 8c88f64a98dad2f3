import fc from 'fast-check';
import { type DynamoDb, openDynamoDb } from '../../../../services/local/emulators/dynamodb/open.ts';
import { startEndpoint } from '../../../../services/local/emulators/endpoint.ts';
import { propertyRuns } from '../../../helpers/property-runs.ts';
import { signedCall } from '../../../helpers/signed-call.ts';
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

const OPERATIONS = [
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem'],
  ...['TransactGetItems', 'TransactWriteItems', 'DescribeTable', 'ListTables', 'UpdateTable', 'CreateTable'],
  ...['DeleteTable', 'DescribeTimeToLive', 'UpdateTimeToLive', 'TagResource', 'UntagResource'],
  ...['ListTagsOfResource', 'DescribeContinuousBackups', 'Nonsense'],
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

const pk = { S: 'x' };
const named = { TableName: 'Nights' };
const condition = {
  ConditionExpression: 'attribute_not_exists(#a) OR #a BETWEEN :low AND :high',
  ExpressionAttributeNames: { '#a': 'a' },
  ExpressionAttributeValues: { ':low': { N: '1' }, ':high': { N: '2.5e3' } },
};
const item = {
  pk,
  a: { N: '12' },
  b: { B: 'AAAA' },
  c: { L: [{ SS: ['a', 'b'] }, { NULL: true }, { M: { d: { BOOL: true }, e: { NS: ['1', '2'] } } }] },
};

/** Valid requests of each operation. */
const valid: readonly (readonly [operation: string, request: object])[] = [
  ['GetItem', { ...named, Key: { pk }, ProjectionExpression: 'a, c[2].d', ReturnConsumedCapacity: 'TOTAL' }],
  ['PutItem', { ...named, Item: item, ...condition, ReturnValues: 'ALL_OLD' }],
  [
    'UpdateItem',
    {
      ...named,
      Key: { pk },
      UpdateExpression: 'SET c[0] = list_append(c, :l), n = if_not_exists(n, :n) + :n REMOVE b ADD s :s',
      ExpressionAttributeValues: { ':l': { L: [{ S: 'y' }] }, ':n': { N: '1' }, ':s': { SS: ['z'] } },
      ReturnValues: 'UPDATED_NEW',
    },
  ],
  ['DeleteItem', { ...named, Key: { pk }, ...condition }],
  [
    'Query',
    {
      ...named,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'contains(a, :pk) AND size(pk) > :n',
      ExpressionAttributeValues: { ':pk': pk, ':n': { N: '0' } },
      Limit: 5,
      ScanIndexForward: false,
    },
  ],
  ['Scan', { ...named, TotalSegments: 2, Segment: 1, Select: 'COUNT', ExclusiveStartKey: { pk } }],
  ['BatchGetItem', { RequestItems: { Nights: { Keys: [{ pk }, { pk: { S: 'kept' } }] } } }],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        Nights: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: { pk: { S: 'y' } } } }],
      },
    },
  ],
  ['TransactGetItems', { TransactItems: [{ Get: { ...named, Key: { pk } } }] }],
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { ...named, Item: item, ...condition } },
        { Delete: { ...named, Key: { pk: { S: 'y' } } } },
      ],
    },
  ],
  ['DescribeTable', named],
  ['ListTables', { Limit: 10, ExclusiveStartTableName: 'A' }],
  ['UpdateTable', { ...named, BillingMode: 'PAY_PER_REQUEST', DeletionProtectionEnabled: false }],
  [
    'CreateTable',
    {
      ...named,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  ],
  ['DeleteTable', named],
  ['DescribeTimeToLive', named],
  ['UpdateTimeToLive', { ...named, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true } }],
  ['DescribeContinuousBackups', named],
];

/** Where a mutation happens, as fractions of the members at each level, and what it puts there. */
const mutation = fc.record({
  place: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  }),
  value: fc.oneof(
    fuzzed.value,
    fc.constantFrom(
      ...[null, [], {}, 0, -1, 1e300, true, '', ' ', '9'.repeat(400), 'x'.repeat(70_000), '\ud800', '\0'],
      ...['(((((((', 'a.'.repeat(3000), ':a', '#a', { S: 'x', N: '1' }, { L: [{ M: {} }] }],
    ),
  ),
});

const mutate = (value: unknown, [at, ...deeper]: readonly number[], put: unknown): unknown => {
  if (at === undefined || typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return put;
  const names = Object.keys(value);
  const name = names[Math.floor(at * names.length)] ?? '';
  const changed = mutate((value as Record<string, unknown>)[name], deeper, put);
  if (Array.isArray(value)) return value.map((each, index) => (String(index) === name ? changed : each));
  return { ...value, [name]: changed };
};

const mutated = fc
  .tuple(fc.constantFrom(...valid), fc.array(mutation, { maxLength: 3 }))
  .map(([[operation, request], mutations]): [string, string] => {
    const changed = mutations.reduce<unknown>(
      (changing, { place, value }) => mutate(changing, place, value),
      request,
    );
    return [operation, JSON.stringify(changed) ?? 'undefined'];
  });

const rubbish = fc.tuple(
  fc.constantFrom(...OPERATIONS),
  fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.json(), fc.constant('{"'.repeat(50_000))),
);

const random = fc.tuple(
  fc.constantFrom(...OPERATIONS),
  fuzzed.request.map((request) => JSON.stringify(request)),
);

test('random and mutated requests end with a reply that is no fault of the engine, and others go on', async () => {
  const endpoint = await startEndpoint(0);
  const restarts: string[] = [];
  const engine = await openDynamoDb(newFolder(), { log: (line) => restarts.push(line) });
  endpoint.serve({ DynamoDB_20120810: engine.service });
  const post = async (operation: string, body: string) => {
    const response = await signedCall(endpoint, `DynamoDB_20120810.${operation}`, body);
    return { status: response.status, text: await response.text() };
  };
  const table = { ...Object.fromEntries(valid)['CreateTable'], TableName: 'Others' };
  await post('CreateTable', JSON.stringify(table));
  const nights = JSON.stringify({ ...table, TableName: 'Nights' });
  await post('CreateTable', nights);

  let done = false;
  const another = async (): Promise<number> => {
    for (let written = 0; ; written++) {
      if (done) return written;
      const request = {
        TableName: 'Others',
        Item: { pk: { S: `${written}` } },
        ConditionExpression: 'attribute_not_exists(pk)',
      };
      expect(await post('PutItem', JSON.stringify(request))).toEqual({ status: 200, text: '{}' });
    }
  };
  const writing = another();
  const statuses = new Map<number, number>();
  try {
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, mutated, random, rubbish), async ([operation, body]) => {
        const { status, text } = await post(operation, body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 200 && status !== 400) throw new Error(`${operation}: ${status} ${text}`);
        if (operation === 'DeleteTable' && status === 200) await post('CreateTable', nights);
      }),
      propertyRuns(),
    );
  } finally {
    done = true;
  }
  const written = await writing;
  expect([...statuses.keys()].sort()).toEqual([200, 400]);
  expect(statuses.get(200)).toBeGreaterThan(propertyRuns().numRuns / 20);
  expect(restarts).toEqual([]);
  const { reply } = await call(engine.service, 'Scan', { TableName: 'Others', Select: 'COUNT' });
  expect(reply.Count).toBe(written);
  await endpoint.end();
  await engine.end();
});

test('half of a surrogate pair in a key is the replacement character', async () => {
  const { service } = dynamodb;
  await call(service, 'PutItem', { TableName: 'Nights', Item: { pk: { S: 'half \ud800' } } });
  const key = { pk: { S: 'half \udbff' } };
  const { reply } = await call(service, 'GetItem', { TableName: 'Nights', Key: key });
  expect(reply).toEqual({ Item: { pk: { S: 'half \ufffd' } } });
});
