import { type AttributeValue, attributeOf, type Item, parseItem, typeOf } from './attribute-values.ts';
import { invalidParameters, validationError } from './errors.ts';
import { type EncodedKey, type KeyAttribute, keyAttributes, keyOf, type Table } from './table-store.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

const checkSize = ({ partition, sort }: EncodedKey, table: Table): void => {
  if (table.partition.type !== 'N' && partition.length > MAX_PARTITION_KEY_BYTES)
    throw invalidParameters(
      `Size of hashkey has exceeded the maximum size limit of${MAX_PARTITION_KEY_BYTES} bytes`,
    );
  if (table.sort && table.sort.type !== 'N' && sort.length > MAX_SORT_KEY_BYTES)
    throw invalidParameters(
      `Aggregated size of all range keys has exceeded the size limit of ${MAX_SORT_KEY_BYTES} bytes`,
    );
};

/** Throws a ValidationException if a key attribute has an empty value. */
export const checkNotEmpty = (value: AttributeValue, { name, type }: KeyAttribute): void => {
  if (type === 'N' || Object.values(value)[0] !== '') return;
  const kind = type === 'S' ? 'string' : 'binary';
  throw validationError(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
  );
};

/** Returns the key of an item to store. Throws a ValidationException. */
export const keyOfItem = (table: Table, item: Item): EncodedKey => {
  for (const attribute of keyAttributes(table)) {
    const value = attributeOf(item, attribute.name);
    if (!value) throw invalidParameters(`Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type)
      throw invalidParameters(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    checkNotEmpty(value, attribute);
  }
  const key = keyOf(table, item);
  checkSize(key, table);
  return key;
};

/** Parses a key from a request, which has exactly the key attributes. Throws a ValidationException. */
export const parseKey = (table: Table, raw: unknown): { readonly item: Item; readonly key: EncodedKey } => {
  const item = parseItem(raw);
  const attributes = keyAttributes(table);
  const fits = attributes.every(({ name, type }) => {
    const value = attributeOf(item, name);
    return value !== undefined && typeOf(value) === type;
  });
  if (!fits || Object.keys(item).length !== attributes.length)
    throw validationError('The provided key element does not match the schema');
  for (const attribute of attributes) checkNotEmpty(item[attribute.name] as AttributeValue, attribute);
  const key = keyOf(table, item);
  checkSize(key, table);
  return { item, key };
};

/** The key attributes of an item. */
export const keyIn = (table: Table, item: Item): Item =>
  Object.fromEntries(keyAttributes(table).map(({ name }) => [name, item[name] as AttributeValue]));

/** Text that is the same for the same item of the same table. */
export const identityOf = (table: Table, { partition, sort }: EncodedKey): string =>
  `${table.number} ${partition.toString('hex')} ${sort.toString('hex')}`;
