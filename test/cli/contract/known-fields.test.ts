import { readFileSync } from 'node:fs';
import { knownPaths, NEVER_NULL, readPaths, VALUES } from '../../../services/cli/contract/known-fields.ts';
import { type Collection, FIELDS } from '../../../shared/core/collections.ts';

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const openapi: { components: { schemas: Record<string, Schema> } } = JSON.parse(
  readFileSync('test/fixtures/oura/openapi.json', 'utf8'),
);

/** The schema that is meant, and whether it can be null. */
const resolve = ({ $ref, anyOf = [], ...schema }: Schema): { schema: Schema; isNullable: boolean } => {
  if ($ref !== undefined) return resolve(openapi.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  const [some] = anyOf.filter(({ type }) => type !== 'null');
  if (some === undefined) return { schema, isNullable: false };
  return { schema: resolve(some).schema, isNullable: anyOf.length > 1 };
};

const MODEL: Readonly<Record<Collection, string>> = {
  sleep: 'PublicModifiedSleepModel',
  daily_sleep: 'PublicDailySleep',
  daily_readiness: 'PublicDailyReadiness',
  daily_spo2: 'PublicDailySpO2',
  daily_activity: 'PublicDailyActivity',
};
const propertiesOf = (collection: Collection): Readonly<Record<string, Schema>> =>
  openapi.components.schemas[MODEL[collection]]?.properties ?? {};

describe.each(Object.keys(FIELDS) as Collection[])('%s', (collection) => {
  const read = readPaths(collection);
  const parents = new Set(read.flatMap((path) => (path.includes('.') ? path.split('.')[0] : [])));

  test('knows the fields of the document, and those of the objects that are read', () => {
    const documented = Object.entries(propertiesOf(collection)).flatMap(([name, schema]) => [
      name,
      ...(parents.has(name)
        ? Object.keys(resolve(schema).schema.properties ?? {}).map((inner) => `${name}.${inner}`)
        : []),
    ]);
    expect([...knownPaths(collection)].sort()).toEqual(documented.sort());
  });

  test('expects in every record the read fields that the document requires and that cannot be null', () => {
    const { required = [] } = openapi.components.schemas[MODEL[collection]] ?? {};
    const always = required.filter((name) => !resolve(propertiesOf(collection)[name] ?? {}).isNullable);
    expect([...NEVER_NULL[collection]].sort()).toEqual(always.filter((name) => read.includes(name)).sort());
  });
});

test('reads the metrics of a night', () => {
  expect(readPaths('daily_sleep')).toEqual([
    'id',
    'contributors',
    'day',
    'score',
    'timestamp',
    'contributors.restfulness',
    'contributors.timing',
  ]);
  expect(readPaths('sleep')).toEqual(
    expect.arrayContaining(['type', 'heart_rate', 'hrv.items', 'readiness.temperature_deviation']),
  );
  // The code requests no timestamp of it, and Oura documents none.
  expect(readPaths('daily_spo2')).not.toContain('timestamp');
});

test('knows the values of every field of a sleep that has a list of them', () => {
  const documented = Object.entries(propertiesOf('sleep')).flatMap(([name, schema]) => {
    const values = resolve(schema).schema.enum;
    return values ? [[name, [...values].sort()]] : [];
  });
  const known = Object.entries(VALUES).map(([name, values]) => [name, [...values].sort()]);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(documented));
});
