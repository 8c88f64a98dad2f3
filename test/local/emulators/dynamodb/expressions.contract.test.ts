import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DYNAMODB_LOCAL } from '../../../helpers/dynamodb-local.ts';
import { type DynamoDb, type Item, openDynamoDbUnderTest, validation } from './tables.ts';

// Expectations: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html

let dynamodb: DynamoDb;
let table: string;

beforeAll(async () => {
  dynamodb = await openDynamoDbUnderTest();
  table = await dynamodb.createTable({ pk: 'S' });
}, 90_000);
afterAll(() => dynamodb.stop());

const ITEM: Item = {
  pk: { S: 'item' },
  txt: { S: 'hello' },
  five: { N: '5' },
  alsoFive: { N: '5.0' },
  bin: { B: Uint8Array.from([1, 2, 3]) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  words: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  arr: { L: [{ S: 'first' }, { N: '2' }, { M: { deep: { S: 'x' } } }] },
  doc: { M: { inside: { M: { leaf: { N: '7' } } }, 'with.dot': { S: 'dotted' } } },
};

const VALUES: Record<string, AttributeValue> = {
  ':txt': { S: 'hello' },
  ':he': { S: 'he' },
  ':five': { N: '5' },
  ':six': { N: '6' },
  ':one': { N: '1' },
  ':three': { N: '3' },
  ':bin': { B: Uint8Array.from([1, 2, 3]) },
  ':start': { B: Uint8Array.from([1, 2]) },
  ':yes': { BOOL: true },
  ':words': { SS: ['b', 'a'] },
  ':a': { S: 'a' },
  ':first': { S: 'first' },
  ':doc': { M: { deep: { S: 'x' } } },
  ':x': { S: 'x' },
  ':N': { S: 'N' },
  ':S': { S: 'S' },
  ':dotted': { S: 'dotted' },
};

/** The values that an expression uses. */
const valuesIn = (expression: string, values = VALUES): Record<string, AttributeValue> | undefined => {
  const names = Object.keys(values).filter((name) => new RegExp(`${name}(?![A-Za-z0-9_])`).test(expression));
  return names.length > 0
    ? Object.fromEntries(names.map((name) => [name, values[name] as AttributeValue]))
    : undefined;
};

const matches = async (expression: string, names?: Record<string, string>): Promise<boolean> => {
  const { Items } = await dynamodb.client.send(
    new ScanCommand({
      TableName: table,
      FilterExpression: expression,
      ExpressionAttributeValues: valuesIn(expression),
      ExpressionAttributeNames: names,
    }),
  );
  return Items?.length === 1;
};

describe('conditions', () => {
  beforeAll(() => dynamodb.put(table, ITEM));

  test.each([
    'txt = :txt',
    'txt <> :he',
    'absent <> :he',
    'five = alsoFive',
    'five < :six',
    'five <= :five',
    'five > :one',
    'five >= :five',
    ':six > five',
    'txt > :he',
    'bin = :bin',
    'bin > :start',
    'words = :words',
    'arr[2] = :doc',
    'arr[2].deep = :x',
    'doc.inside.leaf BETWEEN :five AND :six OR yes = :yes',
    'five BETWEEN :one AND :six',
    'five IN (:one, :five)',
    'attribute_exists(doc.inside.leaf)',
    'attribute_not_exists(doc.inside.outside)',
    'attribute_not_exists(arr[3])',
    'attribute_type(five, :N)',
    'begins_with(txt, :he)',
    'begins_with(bin, :start)',
    'contains(txt, :he)',
    'contains(words, :a)',
    'contains(numbers, :one)',
    'contains(arr, :first)',
    'contains(arr, :doc)',
    'size(txt) = :five',
    'size(bin) = :three',
    'size(arr) = :three',
    'size(words) < :three',
    'NOT txt = :he',
    'NOT (txt = :he OR five = :six)',
    'txt = :he OR five = :five AND yes = :yes',
    '(txt = :he OR five = :five) AND yes = :yes',
    'txt = :txt and not five = :six',
    '(size(txt)) = (:five)',
  ])('%s is true', async (expression) => {
    expect(await matches(expression)).toBe(true);
  });

  test.each([
    'txt = :he',
    'txt = :five',
    'absent = :he',
    'absent < :six',
    'txt < :five',
    'yes <> :yes',
    'five BETWEEN :six AND :six',
    'absent BETWEEN :one AND :six',
    'five IN (:one, :six)',
    'absent IN (:one, :six)',
    'attribute_exists(absent)',
    'attribute_not_exists(arr[2])',
    'attribute_type(five, :S)',
    'attribute_type(absent, :S)',
    'begins_with(five, :he)',
    'contains(words, :x)',
    'contains(five, :five)',
    'size(five) = :one',
    'size(absent) <= :six',
    'txt = :txt AND five = :six',
  ])('%s is false', async (expression) => {
    expect(await matches(expression)).toBe(false);
  });

  test('a placeholder names an attribute that contains a dot', async () => {
    expect(await matches('doc.#dot = :dotted', { '#dot': 'with.dot' })).toBe(true);
  });

  test.each([
    ['', 'The expression can not be empty;'],
    ['txt', 'Syntax error; token: "<EOF>"'],
    ['txt = ', 'Syntax error; token: "<EOF>"'],
    ['txt == :he', 'Syntax error; token: "="'],
    ['txt = :he AND', 'Syntax error; token: "<EOF>"'],
    ['(txt = :he', 'Syntax error; token: "<EOF>"'],
    ['((txt = :he))', 'The expression has redundant parentheses;'],
    ['status = :he', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['none(txt)', 'Invalid function name; function: none'],
    ['size(txt)', 'The function is not allowed to be used this way in an expression; function: size'],
    [
      'txt = attribute_exists(five)',
      'The function is not allowed to be used this way in an expression; function: attribute_exists',
    ],
    [
      'begins_with(txt)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    [
      'begins_with(txt, :five)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'attribute_exists(:he)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    ['attribute_type(five, :he)', 'Invalid attribute type name found; type: he'],
    [
      'txt = txt',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [txt]',
    ],
    [
      'txt = :none',
      'An expression attribute value used in expression is not defined; attribute value: :none',
    ],
    [
      '#none = :he',
      'An expression attribute name used in the document path is not defined; attribute name: #none',
    ],
    [
      'five BETWEEN :six AND :one',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound;',
    ],
    ['five BETWEEN :one AND :he', 'The BETWEEN operator requires same data type for lower and upper bounds;'],
  ])('%j is rejected', async (expression, message) => {
    await expect(matches(expression)).rejects.toMatchObject(
      validation(`Invalid FilterExpression: ${message}`),
    );
  });

  test('an expression of more than 4 KB is rejected', async () => {
    await expect(matches(`${'txt     = :he OR '.repeat(250)}txt = :he`)).rejects.toMatchObject(
      validation('Expression size has exceeded the maximum allowed size'),
    );
  });

  test('a placeholder that no expression uses is rejected', async () => {
    const scan = (more: object) =>
      dynamodb.client.send(new ScanCommand({ TableName: table, FilterExpression: 'txt = :txt', ...more }));
    await expect(
      scan({ ExpressionAttributeValues: { ':txt': { S: 'a' }, ':more': { S: 'b' } } }),
    ).rejects.toThrow('Value provided in ExpressionAttributeValues unused in expressions: keys: {:more}');
    await expect(
      scan({
        ExpressionAttributeValues: { ':txt': { S: 'a' } },
        ExpressionAttributeNames: { '#more': 'b' },
      }),
    ).rejects.toThrow('Value provided in ExpressionAttributeNames unused in expressions: keys: {#more}');
  });

  test('placeholders without an expression are rejected', async () => {
    const scan = (more: object) => dynamodb.client.send(new ScanCommand({ TableName: table, ...more }));
    await expect(scan({ ExpressionAttributeNames: { '#a': 'a' } })).rejects.toThrow(
      'ExpressionAttributeNames can only be specified when using expressions',
    );
    await expect(scan({ ExpressionAttributeValues: { ':a': { S: 'a' } } })).rejects.toThrow(
      'ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null',
    );
  });
});

describe('updates', () => {
  const BEFORE: Item = {
    pk: { S: 'updated' },
    cnt: { N: '5' },
    words: { SS: ['a', 'b'] },
    arr: { L: [{ S: '0' }, { S: '1' }, { S: '2' }] },
    doc: { M: { one: { N: '1' }, two: { N: '2' } } },
  };
  const UPDATE_VALUES: Record<string, AttributeValue> = {
    ':one': { N: '1' },
    ':txt': { S: 'txt' },
    ':words': { SS: ['b', 'c'] },
    ':allWords': { SS: ['a', 'b'] },
    ':numbers': { NS: ['1'] },
    ':tail': { L: [{ S: 'tail' }] },
    ':big': { N: '0.1' },
    ':doc': { M: {} },
  };
  const Key = { pk: { S: 'updated' } };
  const update = async (
    expression: string,
    ReturnValues: 'ALL_NEW' | 'UPDATED_NEW' | 'UPDATED_OLD' = 'ALL_NEW',
  ) => {
    const { Attributes } = await dynamodb.client.send(
      new UpdateItemCommand({
        TableName: table,
        Key,
        UpdateExpression: expression,
        ExpressionAttributeValues: valuesIn(expression, UPDATE_VALUES),
        ReturnValues,
      }),
    );
    return Attributes;
  };

  beforeEach(() => dynamodb.put(table, BEFORE));

  test.each<[string, Partial<Item>]>([
    ['SET fresh = :txt', { fresh: { S: 'txt' } }],
    ['SET doc.three = :one', { doc: { M: { one: { N: '1' }, two: { N: '2' }, three: { N: '1' } } } }],
    ['SET arr[1] = :txt', { arr: { L: [{ S: '0' }, { S: 'txt' }, { S: '2' }] } }],
    ['SET arr[9] = :txt', { arr: { L: [{ S: '0' }, { S: '1' }, { S: '2' }, { S: 'txt' }] } }],
    ['SET doc.one = doc.two, doc.two = doc.one', { doc: { M: { one: { N: '2' }, two: { N: '1' } } } }],
    ['SET fresh = doc.one + :big', { fresh: { N: '1.1' } }],
    ['SET fresh = doc.one - :big', { fresh: { N: '0.9' } }],
    ['SET fresh = if_not_exists(fresh, :one)', { fresh: { N: '1' } }],
    ['SET words = if_not_exists(words, :one)', { words: { SS: ['a', 'b'] } }],
    ['SET fresh = if_not_exists(fresh, :one) + :one', { fresh: { N: '2' } }],
    [
      'SET arr = list_append(arr, :tail)',
      { arr: { L: [{ S: '0' }, { S: '1' }, { S: '2' }, { S: 'tail' }] } },
    ],
    [
      'SET fresh = list_append(if_not_exists(fresh, :tail), :tail)',
      { fresh: { L: [{ S: 'tail' }, { S: 'tail' }] } },
    ],
    ['REMOVE arr[0], arr[2]', { arr: { L: [{ S: '1' }] } }],
    ['REMOVE doc.one', { doc: { M: { two: { N: '2' } } } }],
    ['REMOVE absent', {}],
    ['ADD fresh :one', { fresh: { N: '1' } }],
    ['ADD doc.one :one', { doc: { M: { one: { N: '2' }, two: { N: '2' } } } }],
    ['ADD words :words', { words: { SS: ['a', 'b', 'c'] } }],
    ['DELETE words :words', { words: { SS: ['a'] } }],
    ['DELETE absent :words', {}],
    [
      'SET fresh = :txt REMOVE doc.one ADD words :words',
      { fresh: { S: 'txt' }, words: { SS: ['a', 'b', 'c'] }, doc: { M: { two: { N: '2' } } } },
    ],
    ['set fresh = :txt remove doc', { fresh: { S: 'txt' } }],
  ])('%s', async (expression, after) => {
    const expected: Partial<Item> = { ...BEFORE, ...after };
    if (expression.includes('remove doc')) delete expected['doc'];
    const updated = await update(expression);
    for (const each of Object.values(updated ?? {})) each.SS?.sort();
    expect(updated).toEqual(expected);
    const { Item: stored } = await dynamodb.client.send(
      new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    for (const each of Object.values(stored ?? {})) each.SS?.sort();
    expect(stored).toEqual(expected);
  });

  test('the last member of a set takes the attribute with it', async () => {
    expect(await update('DELETE words :allWords')).not.toHaveProperty('words');
  });

  test('UPDATED_NEW and UPDATED_OLD return only what an update changes (DynamoDB Local: whole maps)', async () => {
    const others = DYNAMODB_LOCAL ? { two: { N: '2' } } : {};
    expect(await update('SET doc.one = :txt', 'UPDATED_NEW')).toEqual({
      doc: { M: { one: { S: 'txt' }, ...others } },
    });
    expect(await update('SET doc.one = :one, fresh = :one', 'UPDATED_OLD')).toEqual({
      doc: { M: { one: { S: 'txt' }, ...others } },
    });
  });

  test.each([
    ['SET fresh', 'Invalid UpdateExpression: Syntax error; token: "<EOF>"'],
    ['SET fresh = :one SET more = :one', 'The "SET" section can only be used once in an update expression;'],
    ['SET fresh = :one, fresh = :one', 'Two document paths overlap with each other;'],
    ['SET doc = :doc, doc.one = :one', 'Two document paths overlap with each other;'],
    ['SET arr[0] = :one, arr.a = :one', 'Two document paths conflict with each other;'],
    ['SET fresh.a = :one', 'The document path provided in the update expression is invalid for update'],
    ['SET pk = :txt', 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET fresh = words + :one', 'An operand in the update expression has an incorrect data type'],
    [
      'SET fresh = doc.one + :txt',
      'Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    ['ADD words :one', 'An operand in the update expression has an incorrect data type'],
    ['ADD words :numbers', 'An operand in the update expression has an incorrect data type'],
    [
      'ADD fresh :txt',
      'Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'DELETE words :one',
      'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    ['SET fresh = size(words)', 'The function is not allowed in an update expression; function: size'],
    ['SET fresh = unknown(words)', 'Invalid function name; function: unknown'],
    ['SET fresh = absent', 'The provided expression refers to an attribute that does not exist in the item'],
  ])('%s is rejected and changes nothing', async (expression, message) => {
    await expect(update(expression)).rejects.toMatchObject(validation(message));
    const { Item: stored } = await dynamodb.client.send(
      new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    expect(stored?.['cnt']).toEqual({ N: '5' });
    expect(stored?.['doc']).toEqual(BEFORE['doc']);
  });

  test('an update of a missing item creates it with its key', async () => {
    const { Attributes } = await dynamodb.client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: 'created' } },
        UpdateExpression: 'ADD hits :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes).toEqual({ pk: { S: 'created' }, hits: { N: '1' } });
  });
});

describe('projections', () => {
  const project = async (expression: string, names?: Record<string, string>) => {
    const { Item: item } = await dynamodb.client.send(
      new GetItemCommand({
        TableName: table,
        Key: { pk: { S: 'item' } },
        ProjectionExpression: expression,
        ExpressionAttributeNames: names,
      }),
    );
    return item;
  };
  beforeAll(() => dynamodb.client.send(new PutItemCommand({ TableName: table, Item: ITEM })));

  test.each<[string, Item]>([
    ['pk, five', { pk: { S: 'item' }, five: { N: '5' } }],
    ['absent', {}],
    ['doc.inside', { doc: { M: { inside: { M: { leaf: { N: '7' } } } } } }],
    ['doc.inside.leaf, txt', { doc: { M: { inside: { M: { leaf: { N: '7' } } } } }, txt: { S: 'hello' } }],
    ['doc.absent', {}],
    ['arr[0]', { arr: { L: [{ S: 'first' }] } }],
    ['arr[2].deep', { arr: { L: [{ M: { deep: { S: 'x' } } }] } }],
    ['arr[1], arr[0]', { arr: { L: [{ S: 'first' }, { N: '2' }] } }],
    ['arr[9]', {}],
  ])('%s', async (expression, expected) => {
    expect(await project(expression)).toEqual(expected);
  });

  test('a placeholder names an attribute that contains a dot', async () => {
    expect(await project('doc.#dot', { '#dot': 'with.dot' })).toEqual({
      doc: { M: { 'with.dot': { S: 'dotted' } } },
    });
  });

  test.each([
    ['doc, doc.inside', 'Two document paths overlap with each other;'],
    ['arr[0], arr.a', 'Two document paths conflict with each other;'],
    ['doc..inside', 'Syntax error; token: "."'],
    ['arr[a]', 'Syntax error; token: "a"'],
  ])('%s is rejected', async (expression, message) => {
    await expect(project(expression)).rejects.toThrow(`Invalid ProjectionExpression: ${message}`);
  });
});
