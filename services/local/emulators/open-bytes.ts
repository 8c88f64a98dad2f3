import { DatabaseSync } from 'node:sqlite';

/** Where the header says how to read and write the file, https://sqlite.org/fileformat.html#file_format_version_numbers. */
const VERSIONS = { at: 18, wal: 2, rollback: 1 } as const;

/** Opens the bytes of a SQLite file in memory, where SQLite has no write-ahead log. Throws an error of SQLite. */
export const openBytes = (bytes: Uint8Array): DatabaseSync => {
  const copy = Uint8Array.from(bytes);
  for (const at of [VERSIONS.at, VERSIONS.at + 1])
    if (copy[at] === VERSIONS.wal) copy[at] = VERSIONS.rollback;
  const database = new DatabaseSync(':memory:');
  try {
    database.deserialize(copy);
    return database;
  } catch (error: unknown) {
    database.close();
    throw error;
  }
};
