import { randomUUID } from 'node:crypto';
import { arn } from '../../template/arn.ts';
import { DynamoDbError, invalidParameters, tableNotFound, validationError } from './errors.ts';
import type { KeyType } from './key-codec.ts';
import type { Operations } from './operations.ts';
import {
  asMembers,
  checkLength,
  type Members,
  optionalBounded,
  optionalChoice,
  optionalFlag,
  optionalList,
  optionalMembers,
  optionalText,
  required,
  tableName,
  tableNameIn,
} from './request.ts';
import {
  type KeyAttribute,
  keyAttributes,
  type Table,
  type TableDefinition,
  type TableStore,
} from './table-store.ts';
import { tableIn } from './write-actions.ts';

const BILLING_MODES = ['PROVISIONED', 'PAY_PER_REQUEST'] as const;
type Throughput = TableDefinition['throughput'];

const listed = (members: Members, name: string): readonly Members[] =>
  (optionalList(members, name) ?? []).map((each) => asMembers(each, name));

const refuse = (members: Members, ...names: readonly string[]): void => {
  for (const name of names) {
    const value = members[name];
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0))
      throw validationError(`The local runtime does not support ${name}`);
  }
};

const refuseStream = (members: Members): void => {
  const stream = optionalMembers(members, 'StreamSpecification');
  if (stream && optionalFlag(stream, 'StreamEnabled'))
    throw validationError('The local runtime does not support StreamSpecification');
};

const parseAttributeDefinitions = (members: Members): readonly KeyAttribute[] => {
  required(optionalList(members, 'AttributeDefinitions'), 'AttributeDefinitions');
  return listed(members, 'AttributeDefinitions').map((each) => ({
    name: required(optionalText(each, 'AttributeName'), 'AttributeName'),
    type: required(optionalChoice<KeyType>(each, 'AttributeType', ['B', 'N', 'S']), 'AttributeType'),
  }));
};

const parseKeySchema = (members: Members): Pick<TableDefinition, 'partition' | 'sort'> => {
  const definitions = parseAttributeDefinitions(members);
  required(optionalList(members, 'KeySchema'), 'KeySchema');
  const schema = listed(members, 'KeySchema').map((each) => ({
    name: required(optionalText(each, 'AttributeName'), 'AttributeName'),
    role: required(optionalChoice(each, 'KeyType', ['HASH', 'RANGE']), 'KeyType'),
  }));
  checkLength(schema.length, 'keySchema', `[${schema.map(({ name }) => name).join(', ')}]`, 1, 2);
  const names = schema.map(({ name }) => name);
  const [partition, sort] = names.map((name) => definitions.find((each) => each.name === name));
  if (!partition || (names.length === 2 && !sort)) {
    const defined = definitions.map(({ name }) => name).join(', ');
    throw invalidParameters(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${defined}]`,
    );
  }
  if (partition.name === sort?.name)
    throw validationError('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  if (schema[0]?.role !== 'HASH')
    throw validationError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (schema[1] && schema[1].role !== 'RANGE')
    throw validationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  if (names.length !== definitions.length)
    throw invalidParameters(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  return { partition, ...(sort && { sort }) };
};

const NO_THROUGHPUT: Throughput = { read: 0, write: 0 };

const parseThroughput = (members: Members): Throughput | undefined => {
  const given = optionalMembers(members, 'ProvisionedThroughput');
  if (!given) return undefined;
  const units = (name: string) => required(optionalBounded(given, name, { min: 1 }), name);
  return { read: units('ReadCapacityUnits'), write: units('WriteCapacityUnits') };
};

const checkThroughput = (mode: TableDefinition['billingMode'], throughput: Throughput | undefined): void => {
  if (mode === 'PAY_PER_REQUEST' && throughput)
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  if (mode === 'PROVISIONED' && !throughput)
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
};

const parseTags = (members: Members): TableDefinition['tags'] =>
  listed(members, 'Tags').map((tag) => ({
    Key: required(optionalText(tag, 'Key'), 'Key'),
    Value: required(optionalText(tag, 'Value'), 'Value'),
  }));

const arnOf = (name: string): string => arn('dynamodb', `table/${name}`);
const seconds = (epochMs: number): number => epochMs / 1000;

const describe = (store: TableStore, table: Table, TableStatus: 'ACTIVE' | 'DELETING' = 'ACTIVE'): object => {
  const { count, bytes } = store.measure(table);
  const keys = keyAttributes(table);
  return {
    AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    TableName: table.name,
    KeySchema: keys.map(({ name }, index) => ({
      AttributeName: name,
      KeyType: index === 0 ? 'HASH' : 'RANGE',
    })),
    TableStatus,
    CreationDateTime: seconds(table.createdAt),
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: table.throughput.read,
      WriteCapacityUnits: table.throughput.write,
    },
    TableSizeBytes: bytes,
    ItemCount: count,
    TableArn: arnOf(table.name),
    TableId: table.id,
    ...(table.billingMode === 'PAY_PER_REQUEST' && {
      BillingModeSummary: {
        BillingMode: table.billingMode,
        LastUpdateToPayPerRequestDateTime: seconds(table.createdAt),
      },
    }),
    DeletionProtectionEnabled: table.deletionProtected,
  };
};

/** Returns the table that `ResourceArn` names. Throws a ValidationException or ResourceNotFoundException. */
const tableOfArn = (store: TableStore, members: Members): Table => {
  const given = required(optionalText(members, 'ResourceArn'), 'ResourceArn');
  const name = tableNameIn(given);
  if (name === given)
    throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${given}`);
  const table = store.table(name);
  if (table) return table;
  throw tableNotFound(`Requested resource not found: ResourcArn: ${given} not found`);
};

const namedTable = (store: TableStore, members: Members): Table => {
  const name = tableName(members, 'table');
  const table = store.table(name);
  if (table) return table;
  throw tableNotFound(`Requested resource not found: Table: ${name} not found`);
};

const MAX_LISTED_TABLES = 100;

export const tableOperations = (store: TableStore): Operations => ({
  CreateTable: (members) => {
    const name = tableName(members, 'table');
    refuse(members, 'LocalSecondaryIndexes', 'GlobalSecondaryIndexes');
    refuseStream(members);
    const keys = parseKeySchema(members);
    const billingMode = optionalChoice(members, 'BillingMode', BILLING_MODES) ?? 'PROVISIONED';
    const throughput = parseThroughput(members);
    checkThroughput(billingMode, throughput);
    if (store.table(name)) throw new DynamoDbError('ResourceInUseException', `Table already exists: ${name}`);
    const table = store.createTable(name, {
      ...keys,
      billingMode,
      id: randomUUID(),
      createdAt: Date.now(),
      throughput: throughput ?? NO_THROUGHPUT,
      deletionProtected: optionalFlag(members, 'DeletionProtectionEnabled') ?? false,
      tags: parseTags(members),
    });
    return { TableDescription: describe(store, table) };
  },
  DescribeTable: (members) => ({ Table: describe(store, namedTable(store, members)) }),
  ListTables: (members) => {
    const limit = optionalBounded(members, 'Limit', { min: 1, max: MAX_LISTED_TABLES }) ?? MAX_LISTED_TABLES;
    const after = optionalText(members, 'ExclusiveStartTableName');
    const names = store.names().filter((name) => after === undefined || name > after);
    const TableNames = names.slice(0, limit);
    return {
      TableNames,
      ...(TableNames.length < names.length && { LastEvaluatedTableName: TableNames.at(-1) }),
    };
  },
  DeleteTable: (members) => {
    const table = namedTable(store, members);
    if (table.deletionProtected)
      throw validationError(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      );
    const TableDescription = describe(store, table, 'DELETING');
    store.deleteTable(table);
    return { TableDescription };
  },
  UpdateTable: (members) => {
    refuse(members, 'GlobalSecondaryIndexUpdates', 'ReplicaUpdates');
    refuseStream(members);
    const throughput = parseThroughput(members);
    const billingMode = optionalChoice(members, 'BillingMode', BILLING_MODES);
    const deletionProtected = optionalFlag(members, 'DeletionProtectionEnabled');
    if (!throughput && !billingMode && deletionProtected === undefined)
      throw validationError(
        'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
      );
    const table = namedTable(store, members);
    if (throughput || billingMode) checkThroughput(billingMode ?? table.billingMode, throughput);
    const updated = store.updateTable(table, {
      ...(billingMode && { billingMode, throughput: throughput ?? NO_THROUGHPUT }),
      ...(throughput && { throughput }),
      ...(deletionProtected !== undefined && { deletionProtected }),
    });
    return { TableDescription: describe(store, updated) };
  },
  UpdateTimeToLive: (members) => {
    const specification = required(
      optionalMembers(members, 'TimeToLiveSpecification'),
      'TimeToLiveSpecification',
    );
    const enabled = required(optionalFlag(specification, 'Enabled'), 'Enabled');
    const attribute = required(optionalText(specification, 'AttributeName'), 'AttributeName');
    checkLength(attribute.length, 'timeToLiveSpecification.attributeName', attribute, 1, 255);
    const table = tableIn(store, members);
    const { timeToLiveAttribute: current } = table;
    if (enabled && current !== undefined) throw validationError('TimeToLive is already enabled');
    if (!enabled && current === undefined) throw validationError('TimeToLive is already disabled');
    if (!enabled && current !== attribute)
      throw validationError(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
      );
    store.updateTable(table, { timeToLiveAttribute: enabled ? attribute : undefined });
    return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
  },
  DescribeTimeToLive: (members) => {
    const { timeToLiveAttribute } = tableIn(store, members);
    return {
      TimeToLiveDescription:
        timeToLiveAttribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLiveAttribute },
    };
  },
  DescribeContinuousBackups: (members) => {
    const name = tableName(members, 'table');
    if (!store.table(name)) throw new DynamoDbError('TableNotFoundException', `Table not found: ${name}`);
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'DISABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    };
  },
  TagResource: (members) => {
    const table = tableOfArn(store, members);
    const added = parseTags(members);
    if (added.length === 0) throw validationError('Atleast one Tag needs to be provided as Input.');
    const keys = new Set(added.map(({ Key }) => Key));
    store.updateTable(table, { tags: [...table.tags.filter(({ Key }) => !keys.has(Key)), ...added] });
    return {};
  },
  UntagResource: (members) => {
    const table = tableOfArn(store, members);
    const keys = required(optionalList(members, 'TagKeys'), 'TagKeys');
    if (keys.length === 0) throw validationError('Atleast one Tag Key needs to be provided as Input.');
    store.updateTable(table, { tags: table.tags.filter(({ Key }) => !keys.includes(Key)) });
    return {};
  },
  ListTagsOfResource: (members) => ({ Tags: tableOfArn(store, members).tags }),
});
