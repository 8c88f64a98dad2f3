import type { Collection, RawRecord } from '../../../shared/core/collections.ts';
import { type Day, isDay } from '../../../shared/core/day.ts';
import { PARSED_FIELDS } from '../../../shared/core/night/oura-records.ts';
import { field, parseFields } from '../../../shared/core/night/parse-fields.ts';
import { periodSeries } from '../../../shared/core/night/period-series.ts';
import type { Remark } from '../../../shared/core/night/remarks.ts';
import { plural } from '../../../shared/core/text.ts';
import { isObject } from '../../../shared/oura/api/interpret-response.ts';
import { type Finding, showName } from './finding.ts';
import { knownPaths, NEVER_NULL, readPaths, VALUES } from './known-fields.ts';

/** With fewer records, a field can be null in all of them by chance: `daily_spo2` is null on some days. */
const FEWEST_RECORDS = 5;

type Seen = Pick<Finding, 'kind' | 'finding'> & { readonly path: string };

const changed = (path: string, finding: string): Seen => ({ kind: 'changed', path, finding });

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

/** Returns the value at `path` in the record; undefined if it is absent. */
const valueAt = (record: RawRecord, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
      record,
    );

const fromRemark = (collection: Collection, { kind, field: path = '', detail }: Remark): Seen =>
  changed(
    path.slice(collection.length + 1),
    kind === 'converted_value' ? `is text (${detail}), which is still read` : `${detail}, and is left out`,
  );

/** What the code's own parsers remark on a record. */
const parserRemarks = (collection: Collection, record: RawRecord): Seen[] => {
  const { id, day } = record;
  const parsed = Object.entries(PARSED_FIELDS).flatMap(([path, fields]) => {
    if (path === collection) return parseFields({ id: field.text(), ...fields }, record, collection).remarks;
    if (!path.startsWith(`${collection}.`)) return [];
    const inside = record[path.slice(collection.length + 1)];
    return isObject(inside)
      ? parseFields(fields, inside, `${collection}.${path.slice(collection.length + 1)}`).remarks
      : [];
  });
  const series = collection === 'sleep' ? periodSeries(String(id), record).remarks : [];
  return [
    ...[...parsed, ...series].map((remark) => fromRemark(collection, remark)),
    ...(day == null || isDay(day) ? [] : [changed('day', 'must be a date YYYY-MM-DD')]),
  ];
};

/** Values that no document names. Without a known `type`, a period does not count. */
const unknownValues = (collection: Collection, record: RawRecord): Seen[] =>
  collection !== 'sleep'
    ? []
    : Object.entries(VALUES).flatMap(([path, values]): Seen[] => {
        const value = record[path];
        if (value == null || values.some((each) => each === value)) return [];
        const isRead = readPaths(collection).includes(path);
        const shown =
          typeof value === 'string' ? `the new value ${showName(value)}` : `a ${typeOf(value)} as value`;
        return [
          isRead
            ? changed(path, `has ${shown}: such a period does not count`)
            : { kind: 'new', path, finding: `has ${shown}` },
        ];
      });

/** Fields that no document names, in the record and in the objects that the code reads. */
const unknownFields = (record: RawRecord, known: ReadonlySet<string>): Seen[] => {
  const parents = new Set([...known].flatMap((path) => (path.includes('.') ? path.split('.')[0] : [])));
  const paths = Object.entries(record).flatMap(([name, value]) =>
    known.has(name)
      ? parents.has(name) && isObject(value)
        ? Object.keys(value).map((inner) => `${name}.${inner}`)
        : []
      : [name],
  );
  return paths
    .filter((path) => !known.has(path))
    .map((path) => ({
      kind: 'new',
      path: showName(path),
      finding: `is a new field (${typeOf(valueAt(record, path))}), which the code does not read`,
    }));
};

/** Counts equal observations: one finding each, with the number of records. */
const count = (collection: Collection, records: readonly (readonly Seen[])[]): Finding[] => {
  const counts = new Map<string, { seen: Seen; times: number }>();
  for (const record of records) {
    for (const [key, seen] of new Map(record.map((each) => [`${each.path} ${each.finding}`, each]))) {
      counts.set(key, { seen, times: (counts.get(key)?.times ?? 0) + 1 });
    }
  }
  return [...counts.values()].map(({ seen: { kind, path, finding }, times }) => ({
    kind,
    subject: path === '' ? collection : `${collection}.${path}`,
    finding: `${finding} (in ${times} of ${plural(records.length, 'record')})`,
  }));
};

/**
 * The records that show whether a value is missing: those of days that are over, and of `sleep` the long ones, because a nap
 * has no readiness and may be too short for a heart rate variability.
 */
const completeRecords = (
  collection: Collection,
  records: readonly RawRecord[],
  today: Day,
): readonly RawRecord[] => {
  const over = records.filter(({ day }) => !isDay(day) || day < today);
  const long = over.filter(({ type }) => type === 'long_sleep');
  return collection === 'sleep' && long.length > 0 ? long : over;
};

/** Fields that are missing although Oura documents them, or in every record. */
const missingFields = (collection: Collection, complete: readonly RawRecord[]): Finding[] =>
  readPaths(collection).flatMap((path): Finding[] => {
    const parent = path.includes('.') ? path.split('.')[0] : undefined;
    const holders = parent === undefined ? complete : complete.filter((record) => isObject(record[parent]));
    const values = holders.map((record) => valueAt(record, path));
    const missing = values.filter((value) => value == null).length;
    const isAll = missing === values.length && missing >= FEWEST_RECORDS;
    const isDocumented = NEVER_NULL[collection].includes(path) && missing > 0;
    if (!isAll && !isDocumented) return [];
    const how = values.every((value) => value === undefined) ? 'is absent' : 'is null or absent';
    return [
      {
        kind: 'changed',
        subject: `${collection}.${path}`,
        finding: `${how} (in ${missing} of ${plural(values.length, 'record')})`,
      },
    ];
  });

/**
 * Compares records of Oura with what the code reads of them, by the code's own parsers and lists.
 * @param today records of this day are not complete yet
 */
export const checkRecords = (collection: Collection, records: readonly unknown[], today: Day): Finding[] => {
  const known = knownPaths(collection);
  const objects = records.filter(isObject);
  const complete = completeRecords(collection, objects, today);
  const few: Finding[] =
    complete.length >= FEWEST_RECORDS
      ? []
      : [
          {
            kind: 'not checked',
            subject: collection,
            finding: `whether a field is null in all records: there are ${complete.length}, and at least ${FEWEST_RECORDS} are needed`,
          },
        ];
  return [
    ...count(
      collection,
      records.map((record) =>
        isObject(record)
          ? [
              ...parserRemarks(collection, record),
              ...unknownValues(collection, record),
              ...unknownFields(record, known),
            ]
          : [changed('', 'has records that are not objects')],
      ),
    ),
    ...missingFields(collection, complete),
    ...few,
  ];
};
