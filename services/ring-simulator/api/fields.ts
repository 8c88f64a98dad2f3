import { type Collection, FIELDS, type OuraRecord } from '../sleeper/collections.ts';

type Projection = (record: OuraRecord) => Readonly<Record<string, unknown>>;

/**
 * Applies the `fields` parameter: keeps the named fields and `id`. As measured by others, the real API ignores an unknown
 * name, and returns the whole record if it knows none. Series that are not requested are not computed.
 */
export const projection = (collection: Collection, fields: string | null): Projection => {
  const named = fields?.split(',').map((name) => name.trim()) ?? [];
  const known = named.filter((name) => FIELDS[collection].includes(name));
  if (known.length === 0) return (record) => record;
  const names = ['id', ...known];
  return (record) =>
    Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]));
};
