import { type Collection, FIELDS, type OuraRecord } from '../sleeper/collections.ts';

type Projection = (record: OuraRecord) => Readonly<Record<string, unknown>>;

/**
 * Applies the `fields` parameter: keeps the named fields and `id`. If a name is unknown, the real API returns the whole
 * record instead of an error (measured by others). Series that are not requested are not computed.
 */
export const projection = (collection: Collection, fields: string | null): Projection => {
  if (fields === null) return (record) => record;
  const names = ['id', ...fields.split(',').map((name) => name.trim())];
  if (!names.every((name) => FIELDS[collection].includes(name))) return (record) => record;
  return (record) =>
    Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]));
};
