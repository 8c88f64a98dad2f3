import { type Collection, FIELDS, type OuraRecord } from './collections.ts';

type Projection = (record: OuraRecord) => Readonly<Record<string, unknown>>;

/**
 * What `fields` leaves of a record: the named fields and `id`. An unknown name does not make an error: the whole record
 * comes back, as measured by others. Series that are not asked for are not computed.
 */
export const projection = (collection: Collection, fields: string | null): Projection => {
  if (fields === null) return (record) => record;
  const names = ['id', ...fields.split(',').map((name) => name.trim())];
  if (!names.every((name) => FIELDS[collection].includes(name))) return (record) => record;
  return (record) =>
    Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]));
};
