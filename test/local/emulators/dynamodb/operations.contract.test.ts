import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DYNAMODB_LOCAL } from '../../../helpers/dynamodb-local.ts';
import { type DynamoDb, type Item, openDynamoDbUnderTest, validation } from './tables.ts';

// Expectations: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html

let dynamodb: DynamoDb;
/** Key: pk. */
let items: string;
/** Key: pk and sk. */
let events: string;

beforeAll(async () => {
  dynamodb = await openDynamoDbUnderTest();
  items = await dynamodb.createTable({ pk: 'S' });
  events = await dynamodb.createTable({ pk: 'S', sk: 'N' });
}, 90_000);
afterAll(() => dynamodb.stop());

const send: DynamoDb['client']['send'] = ((command: Parameters<DynamoDb['client']['send']>[0]) =>
  dynamodb.client.send(command)) as DynamoDb['client']['send'];
const s = (text: string): AttributeValue => ({ S: text });
const n = (value: number | string): AttributeValue => ({ N: String(value) });
const get = async (pk: string, more: object = {}) =>
  (await send(new GetItemCommand({ TableName: items, Key: { pk: s(pk) }, ConsistentRead: true, ...more })))
    .Item;

describe('items', () => {
  test('PutItem replaces the whole item and returns the old one on request', async () => {
    await dynamodb.put(items, { pk: s('put'), a: s('1') });
    const { Attributes } = await send(
      new PutItemCommand({ TableName: items, Item: { pk: s('put'), b: s('2') }, ReturnValues: 'ALL_OLD' }),
    );
    expect(Attributes).toEqual({ pk: s('put'), a: s('1') });
    expect(await get('put')).toEqual({ pk: s('put'), b: s('2') });
  });

  test('every type comes back as it was stored', async () => {
    const item: Item = {
      pk: s('types'),
      number: n('-1.5'),
      binary: { B: Uint8Array.from([0, 255]) },
      flag: { BOOL: false },
      nothing: { NULL: true },
      binaries: { BS: [Uint8Array.from([1])] },
      list: { L: [{ M: {} }, { L: [] }, s('')] },
      __proto__x: s('x'),
      constructor: s('a name like any other'),
    };
    await dynamodb.put(items, item);
    expect(await get('types')).toEqual(item);
  });

  test.each([
    ['1.0', '1'],
    ['-0', '0'],
    ['007.500', '7.5'],
    ['1e3', '1000'],
    ['1.5E-3', '0.0015'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['0.00000000000000000000000000000000000001', '0.00000000000000000000000000000000000001'],
  ])('the number %s is stored as %s', async (given, stored) => {
    await dynamodb.put(items, { pk: s('number'), value: n(given) });
    expect((await get('number'))?.['value']).toEqual(n(stored));
  });

  test.each([
    ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
    ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
    ['1x', 'The parameter cannot be converted to a numeric value: 1x'],
    ['', 'The parameter cannot be converted to a numeric value'],
  ])('the number %j is rejected', async (given, message) => {
    await expect(dynamodb.put(items, { pk: s('number'), value: n(given) })).rejects.toMatchObject(
      validation(message),
    );
  });

  test.each<[string, Item, string]>([
    ['without the key', { a: s('1') }, 'Missing the key pk in the item'],
    ['with a key of another type', { pk: n(1) }, 'Type mismatch for key pk expected: S actual: N'],
    [
      'with an empty key',
      { pk: s('') },
      'The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      'with a key of 2,049 bytes',
      { pk: s('x'.repeat(2049)) },
      'Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      'of more than 400 KB',
      { pk: s('big'), a: s('x'.repeat(409_600)) },
      'Item size has exceeded the maximum allowed size',
    ],
    ['with an empty set', { pk: s('set'), a: { SS: [] } }, 'may not be empty'],
    ['with a duplicate in a set', { pk: s('set'), a: { SS: ['x', 'x'] } }, 'contains duplicates'],
    ['with the same number twice', { pk: s('set'), a: { NS: ['1', '1.0'] } }, 'contains duplicates'],
  ])('an item %s is rejected', async (_case, item, message) => {
    await expect(dynamodb.put(items, item)).rejects.toMatchObject(validation(message));
  });

  test('an item of exactly 400 KB is stored', async () => {
    const rest = 409_600 - 'pk'.length - 'big'.length - 'a'.length;
    await dynamodb.put(items, { pk: s('big'), a: s('x'.repeat(rest)) });
    await expect(dynamodb.put(items, { pk: s('big'), a: s('x'.repeat(rest + 1)) })).rejects.toThrow(
      'Item size has exceeded',
    );
  });

  test('a value is at most 32 levels deep', async () => {
    const nested = (levels: number): AttributeValue => (levels === 1 ? s('x') : { L: [nested(levels - 1)] });
    await dynamodb.put(items, { pk: s('deep'), a: nested(32) });
    await expect(dynamodb.put(items, { pk: s('deep'), a: nested(33) })).rejects.toMatchObject(
      validation('Nesting Levels have exceeded supported limits'),
    );
  });

  test.each<[string, Item]>([
    ['another attribute', { other: s('x') }],
    ['one attribute too many', { pk: s('x'), more: s('y') }],
    ['another type', { pk: n(1) }],
  ])('GetItem rejects a key with %s', async (_case, Key) => {
    await expect(send(new GetItemCommand({ TableName: items, Key }))).rejects.toMatchObject(
      validation('The provided key element does not match the schema'),
    );
  });

  test('a failed condition changes nothing, and shows the item on request', async () => {
    await dynamodb.put(items, { pk: s('condition'), a: n(1) });
    const put = (more: object) =>
      send(
        new PutItemCommand({
          TableName: items,
          Item: { pk: s('condition'), a: n(2) },
          ConditionExpression: 'attribute_not_exists(pk)',
          ...more,
        }),
      );
    await expect(put({})).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: undefined,
    });
    await expect(put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({
      Item: { pk: s('condition'), a: n(1) },
    });
    expect(await get('condition')).toEqual({ pk: s('condition'), a: n(1) });
  });

  test('DeleteItem returns the old item on request, and a missing item is no error', async () => {
    await dynamodb.put(items, { pk: s('delete'), a: n(1) });
    const remove = () =>
      send(new DeleteItemCommand({ TableName: items, Key: { pk: s('delete') }, ReturnValues: 'ALL_OLD' }));
    expect((await remove()).Attributes).toEqual({ pk: s('delete'), a: n(1) });
    expect((await remove()).Attributes).toBeUndefined();
    expect(await get('delete')).toBeUndefined();
  });

  test('only an update returns new values', async () => {
    await expect(
      send(new PutItemCommand({ TableName: items, Item: { pk: s('x') }, ReturnValues: 'ALL_NEW' })),
    ).rejects.toMatchObject(validation('ReturnValues can only be ALL_OLD or NONE'));
  });

  test('a table that does not exist is reported by name of the error', async () => {
    await expect(
      send(new GetItemCommand({ TableName: 'no-such-table', Key: { pk: s('x') } })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('concurrent additions all count', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        send(
          new UpdateItemCommand({
            TableName: items,
            Key: { pk: s('counter') },
            UpdateExpression: 'ADD hits :one',
            ExpressionAttributeValues: { ':one': n(1) },
          }),
        ),
      ),
    );
    expect(await get('counter')).toEqual({ pk: s('counter'), hits: n(20) });
  });
});

describe('capacity', () => {
  const ReturnConsumedCapacity = 'TOTAL';
  const read = async (pk: string, ConsistentRead: boolean) => {
    const input = { TableName: items, Key: { pk: s(pk) }, ConsistentRead, ReturnConsumedCapacity } as const;
    return (await send(new GetItemCommand(input))).ConsumedCapacity?.CapacityUnits;
  };
  const Key = { pk: s('capacity') };
  beforeAll(() => dynamodb.put(items, { ...Key, a: s('x'.repeat(5000)) }));

  test('a read costs one unit per 4 KB, half if it is eventually consistent', async () => {
    expect(await read('capacity', true)).toBe(2);
    expect(await read('capacity', false)).toBe(1);
    expect(await read('none', false)).toBe(0.5);
  });

  test('a write costs one unit per KB of the larger of the old and the new item', async () => {
    const put = async (Item: Item) =>
      (await send(new PutItemCommand({ TableName: items, Item, ReturnConsumedCapacity }))).ConsumedCapacity
        ?.CapacityUnits;
    expect(await put({ pk: s('small') })).toBe(1);
    expect(await put(Key)).toBe(5);
    expect(await put(Key)).toBe(1);
  });

  test('a transaction costs twice as much (four times in DynamoDB Local)', async () => {
    const { ConsumedCapacity } = await send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: items, Item: { pk: s('capacity') } } }],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(ConsumedCapacity).toMatchObject([{ TableName: items, CapacityUnits: DYNAMODB_LOCAL ? 4 : 2 }]);
  });
});

describe('queries', () => {
  const numbers = [-10, -1.5, -1, 0, 0.5, 1, 2, 10, 100];
  beforeAll(async () => {
    for (const value of [...numbers].reverse())
      await dynamodb.put(events, { pk: s('p'), sk: n(value), odd: { BOOL: value % 2 !== 0 } });
    await dynamodb.put(events, { pk: s('other'), sk: n(1) });
  }, 60_000);

  const query = (
    condition: string,
    values: Record<string, AttributeValue>,
    more: Partial<QueryCommandInput> = {},
  ) =>
    send(
      new QueryCommand({
        TableName: events,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: { ':p': s('p'), ...values },
        ...more,
      }),
    );
  const sorts = async (...args: Parameters<typeof query>) =>
    (await query(...args)).Items?.map((item) => Number(item['sk']?.N));

  test('numbers sort by value, in both directions', async () => {
    expect(await sorts('pk = :p', {})).toEqual(numbers);
    expect(await sorts('pk = :p', {}, { ScanIndexForward: false })).toEqual([...numbers].reverse());
  });

  test.each<[string, Record<string, AttributeValue>, number[]]>([
    ['pk = :p AND sk = :a', { ':a': n(1) }, [1]],
    ['pk = :p AND sk < :a', { ':a': n(-1) }, [-10, -1.5]],
    ['pk = :p AND sk <= :a', { ':a': n(-1) }, [-10, -1.5, -1]],
    ['pk = :p AND sk > :a', { ':a': n(2) }, [10, 100]],
    ['sk >= :a AND pk = :p', { ':a': n(2) }, [2, 10, 100]],
    ['pk = :p AND :a < sk', { ':a': n(2) }, [10, 100]],
    ['pk = :p AND sk BETWEEN :a AND :b', { ':a': n(-1), ':b': n(1) }, [-1, 0, 0.5, 1]],
    ['(pk = :p) AND (sk = :a)', { ':a': n(10) }, [10]],
  ])('%s', async (condition, values, expected) => {
    expect(await sorts(condition, values)).toEqual(expected);
  });

  test('pages follow each other without a gap', async () => {
    for (const ScanIndexForward of [true, false]) {
      const seen: number[] = [];
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await query('pk = :p', {}, { Limit: 2, ScanIndexForward, ExclusiveStartKey });
        expect(page.Items?.length).toBeLessThanOrEqual(2);
        seen.push(...(page.Items ?? []).map((item) => Number(item['sk']?.N)));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(seen).toEqual(ScanIndexForward ? numbers : [...numbers].reverse());
    }
  });

  test('a limit counts items before the filter', async () => {
    const page = await query(
      'pk = :p',
      { ':yes': { BOOL: true } },
      { Limit: 3, FilterExpression: 'odd = :yes' },
    );
    expect(page).toMatchObject({ ScannedCount: 3, Count: 2, LastEvaluatedKey: { pk: s('p'), sk: n(-1) } });
  });

  test('a count has no items', async () => {
    const { Count, Items } = await query('pk = :p', {}, { Select: 'COUNT' });
    expect(Count).toBe(numbers.length);
    expect(Items).toBeUndefined();
  });

  test.each<[string, Record<string, AttributeValue>, Partial<QueryCommandInput>, string]>([
    ['sk = :p', {}, {}, 'Query condition missed key schema element: pk'],
    ['pk > :p', {}, {}, 'Query key condition not supported'],
    ['pk = :p AND odd = :p', {}, {}, 'Query condition missed key schema element: sk'],
    ['pk = :p AND pk = :p', {}, {}, 'KeyConditionExpressions must only contain one condition per key'],
    ['pk = :p OR sk = :p', {}, {}, 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :p AND sk = :a', { ':a': s('1') }, {}, 'Condition parameter type does not match schema type'],
    [
      'pk = :p',
      {},
      { FilterExpression: 'sk = :p' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    ['pk = :p', {}, { Limit: 0 }, 'Member must have value greater than or equal to 1'],
    ['pk = :p', {}, { IndexName: 'none' }, 'The table does not have the specified index: none'],
    ['pk = :p', {}, { ExclusiveStartKey: { pk: s('p') } }, 'The provided starting key is invalid'],
    [
      'pk = :p',
      {},
      { ExclusiveStartKey: { pk: s('other'), sk: n(1) } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'pk = :p',
      {},
      { Select: 'COUNT', ProjectionExpression: 'odd' },
      'Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
  ])('%s with %j and %j is rejected', async (condition, values, more, message) => {
    await expect(query(condition, values, more)).rejects.toMatchObject(validation(message));
  });

  test('text and binary sort by their bytes', async () => {
    const texts = await dynamodb.createTable({ pk: 'S', sk: 'S' });
    const words = ['Z', 'a', 'ab', 'b', 'é', '￿', '😀'];
    await dynamodb.put(texts, ...words.map((word) => ({ pk: s('p'), sk: s(word) })).reverse());
    const found = (condition: string, values: Record<string, AttributeValue> = {}) =>
      send(
        new QueryCommand({
          TableName: texts,
          KeyConditionExpression: condition,
          ExpressionAttributeValues: { ':p': s('p'), ...values },
        }),
      ).then(({ Items = [] }) => Items.map((item) => item['sk']?.S));
    expect(await found('pk = :p')).toEqual(words);
    expect(await found('pk = :p AND begins_with(sk, :a)', { ':a': s('a') })).toEqual(['a', 'ab']);
    const binaries = await dynamodb.createTable({ pk: 'B', sk: 'B' });
    const pk = { B: Uint8Array.from([0]) };
    const bytes = [[0], [0, 0], [1], [127], [128], [255], [255, 255]].map((each) => Uint8Array.from(each));
    await dynamodb.put(binaries, ...bytes.map((B) => ({ pk, sk: { B } })).reverse());
    const { Items = [] } = await send(
      new QueryCommand({
        TableName: binaries,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :a)',
        ExpressionAttributeValues: { ':p': pk, ':a': { B: Uint8Array.from([255]) } },
      }),
    );
    expect(Items.map((item) => item['sk']?.B)).toEqual(bytes.slice(5));
  }, 60_000);

  test('a page ends before it exceeds 1 MB', async () => {
    const pages = await dynamodb.createTable({ pk: 'S', sk: 'N' });
    const big = s('x'.repeat(300_000));
    await dynamodb.put(pages, ...[1, 2, 3, 4, 5].map((sk) => ({ pk: s('p'), sk: n(sk), big })));
    const seen: (string | undefined)[] = [];
    let requests = 0;
    let ExclusiveStartKey: Item | undefined;
    do {
      const page: Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'> = await send(
        new QueryCommand({
          TableName: pages,
          KeyConditionExpression: 'pk = :p',
          ExpressionAttributeValues: { ':p': s('p') },
          ExclusiveStartKey,
        }),
      );
      requests++;
      seen.push(...(page.Items ?? []).map((item) => item['sk']?.N));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
    expect(requests).toBe(2);
  }, 60_000);
});

describe('scans', () => {
  let table: string;
  beforeAll(async () => {
    table = await dynamodb.createTable({ pk: 'N' });
    await dynamodb.put(table, ...Array.from({ length: 30 }, (_, index) => ({ pk: n(index) })));
  }, 90_000);
  const all = async (more: object = {}) => {
    const found: number[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page: Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'> = await send(
        new ScanCommand({ TableName: table, Limit: 7, ExclusiveStartKey, ...more }),
      );
      found.push(...(page.Items ?? []).map((item) => Number(item['pk']?.N)));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  };

  test('the pages hold every item once', async () => {
    expect((await all()).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  test('the segments hold every item once', async () => {
    const segments = await Promise.all([0, 1, 2, 3].map((Segment) => all({ Segment, TotalSegments: 4 })));
    expect(segments.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(segments.filter((segment) => segment.length > 0).length).toBeGreaterThan(1);
  });

  test.each([
    [{ Segment: 1 }, 'The TotalSegments parameter is required'],
    [{ TotalSegments: 2 }, 'The Segment parameter is required'],
    [{ Segment: 2, TotalSegments: 2 }, 'Segment: 2 is not less than TotalSegments: 2'],
    [{ Select: 'SPECIFIC_ATTRIBUTES' as const }, 'SPECIFIC_ATTRIBUTES'],
  ])('%j is rejected', async (more, message) => {
    await expect(send(new ScanCommand({ TableName: table, ...more }))).rejects.toMatchObject(
      validation(message),
    );
  });
});

describe('batches', () => {
  test('BatchWriteItem and BatchGetItem work on several tables', async () => {
    await send(
      new BatchWriteItemCommand({
        RequestItems: {
          [items]: [
            { PutRequest: { Item: { pk: s('batch-1') } } },
            { PutRequest: { Item: { pk: s('batch-2') } } },
          ],
          [events]: [{ PutRequest: { Item: { pk: s('batch'), sk: n(1), a: s('x') } } }],
        },
      }),
    );
    await send(
      new BatchWriteItemCommand({
        RequestItems: { [items]: [{ DeleteRequest: { Key: { pk: s('batch-2') } } }] },
      }),
    );
    const { Responses, UnprocessedKeys } = await send(
      new BatchGetItemCommand({
        RequestItems: {
          [items]: { Keys: [{ pk: s('batch-1') }, { pk: s('batch-2') }] },
          [events]: { Keys: [{ pk: s('batch'), sk: n(1) }], ProjectionExpression: 'a' },
        },
      }),
    );
    expect(Responses).toEqual({ [items]: [{ pk: s('batch-1') }], [events]: [{ a: s('x') }] });
    expect(UnprocessedKeys).toEqual({});
  });

  test('a batch has limits', async () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => ({ pk: s(`k${index}`) }));
    const read = (Keys: Item[]) => send(new BatchGetItemCommand({ RequestItems: { [items]: { Keys } } }));
    const write = (list: Item[]) =>
      send(
        new BatchWriteItemCommand({
          RequestItems: { [items]: list.map((Key) => ({ DeleteRequest: { Key } })) },
        }),
      );
    await read(keys(100));
    await expect(read(keys(101))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(read([...keys(1), ...keys(1)])).rejects.toMatchObject(
      validation('Provided list of item keys contains duplicates'),
    );
    await write(keys(25));
    await expect(write(keys(26))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(write([...keys(1), ...keys(1)])).rejects.toMatchObject(
      validation('Provided list of item keys contains duplicates'),
    );
  });

  test('a reply holds 16 MB, and names the keys that it leaves out', async () => {
    const big = s('x'.repeat(399_000));
    const Keys = Array.from({ length: 45 }, (_, index) => ({ pk: s(`large-${index}`) }));
    for (let index = 0; index < 45; index += 5)
      await Promise.all(Keys.slice(index, index + 5).map((key) => dynamodb.put(items, { ...key, big })));
    const { Responses, UnprocessedKeys } = await send(
      new BatchGetItemCommand({ RequestItems: { [items]: { Keys } } }),
    );
    const read = Responses?.[items]?.length ?? 0;
    expect(read).toBeGreaterThan(35);
    expect(read).toBeLessThan(45);
    expect(UnprocessedKeys?.[items]?.Keys?.length).toBe(45 - read);
  }, 60_000);
});

describe('transactions', () => {
  beforeEach(() => dynamodb.put(items, { pk: s('t1'), a: n(1) }));

  test('all actions are applied together', async () => {
    await dynamodb.put(items, { pk: s('t3') });
    await send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Update: {
              TableName: items,
              Key: { pk: s('t1') },
              UpdateExpression: 'ADD a :one',
              ExpressionAttributeValues: { ':one': n(1) },
            },
          },
          { Put: { TableName: items, Item: { pk: s('t2') } } },
          { Delete: { TableName: items, Key: { pk: s('t3') } } },
          {
            ConditionCheck: {
              TableName: items,
              Key: { pk: s('t4') },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ],
      }),
    );
    const { Responses } = await send(
      new TransactGetItemsCommand({
        TransactItems: ['t1', 't2', 't3'].map((pk) => ({ Get: { TableName: items, Key: { pk: s(pk) } } })),
      }),
    );
    expect(Responses?.map(({ Item }) => Item)).toEqual([
      { pk: s('t1'), a: n(2) },
      { pk: s('t2') },
      undefined,
    ]);
  });

  test('one failed condition cancels all actions and is explained', async () => {
    const failed = send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: items, Item: { pk: s('never') } } },
          {
            Put: {
              TableName: items,
              Item: { pk: s('t1') },
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      }),
    );
    await expect(failed).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { pk: s('t1'), a: n(1) },
        },
      ],
    });
    expect(await get('never')).toBeUndefined();
  });

  test('a transaction names an item once', async () => {
    const Key = { pk: s('t1') };
    await expect(
      send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Delete: { TableName: items, Key } }, { Delete: { TableName: items, Key } }],
        }),
      ),
    ).rejects.toMatchObject(validation('Transaction request cannot include multiple operations on one item'));
  });

  test('a repeated token repeats nothing, and belongs to one transaction', async () => {
    const add = (by: number, ClientRequestToken: string) =>
      send(
        new TransactWriteItemsCommand({
          ClientRequestToken,
          TransactItems: [
            {
              Update: {
                TableName: items,
                Key: { pk: s('t1') },
                UpdateExpression: 'ADD a :by',
                ExpressionAttributeValues: { ':by': n(by) },
              },
            },
          ],
        }),
      );
    const token = `token-${Date.now()}`;
    await add(1, token);
    await add(1, token);
    expect((await get('t1'))?.['a']).toEqual(n(2));
    await expect(add(2, token)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });
});

describe('tables', () => {
  test('CreateTable and DescribeTable describe the key, and a name is used once', async () => {
    const { Table } = await send(new DescribeTableCommand({ TableName: events }));
    expect(Table).toMatchObject({
      TableName: events,
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      CreationDateTime: expect.any(Date),
      TableArn: expect.stringContaining(`table/${events}`),
    });
    await expect(
      send(
        new CreateTableCommand({
          TableName: events,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  test('ListTables pages in order', async () => {
    const { TableNames = [], LastEvaluatedTableName } = await send(new ListTablesCommand({ Limit: 1 }));
    expect(TableNames).toHaveLength(1);
    expect(LastEvaluatedTableName).toBe(TableNames[0]);
    const rest = await send(new ListTablesCommand({ ExclusiveStartTableName: LastEvaluatedTableName }));
    expect(rest.TableNames).not.toContain(TableNames[0]);
  });

  test('UpdateTable changes the billing mode', async () => {
    const table = await dynamodb.createTable({ pk: 'S' });
    const { TableDescription } = await send(
      new UpdateTableCommand({
        TableName: table,
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
      }),
    );
    expect(TableDescription?.TableName).toBe(table);
  }, 60_000);

  test('UpdateTimeToLive is described', async () => {
    const table = await dynamodb.createTable({ pk: 'S' });
    const describeTtl = async () =>
      (await send(new DescribeTimeToLiveCommand({ TableName: table }))).TimeToLiveDescription;
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
      }),
    );
    expect(await describeTtl()).toMatchObject({ AttributeName: 'ttl' });
  }, 60_000);

  test('a deleted table is gone with its items', async () => {
    const table = await dynamodb.createTable({ pk: 'S' });
    await dynamodb.put(table, { pk: s('x') });
    await send(new DeleteTableCommand({ TableName: table }));
    await expect(send(new DeleteTableCommand({ TableName: 'no-such-table' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  }, 60_000);

  test.each([
    [{ TableName: 'ab' }, 'TableName must be at least 3 characters long and at most 255 characters long'],
    [{ TableName: 'with space' }, 'regular expression pattern: [a-zA-Z0-9_.-]+'],
    [
      { KeySchema: [{ AttributeName: 'none', KeyType: 'HASH' as const }] },
      'not defined in AttributeDefinitions',
    ],
    [
      { BillingMode: 'PROVISIONED' as const },
      'ReadCapacityUnits and WriteCapacityUnits must both be specified',
    ],
  ])('CreateTable rejects %j', async (more, message) => {
    await expect(
      send(
        new CreateTableCommand({
          TableName: 'never-created',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          ...more,
        }),
      ),
    ).rejects.toMatchObject(validation(message));
  });
});
