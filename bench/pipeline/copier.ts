// A plain copier, as a user might write one: copies the four collections one after another, page by page, into `node:sqlite`, with
// our client for Oura. It has no ledger, no queue and no nights. A process of its own, started with {@link CopierArgument}.
import { enableCompileCache } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import type { Day } from '../../shared/core/day.ts';
import { argumentOf } from './child.ts';

export interface CopierArgument {
  readonly baseUrl: string;
  /** The file of the database. */
  readonly file: string;
  /** The range for Oura. */
  readonly start_date: Day;
  readonly end_date: Day;
}

// As our command does.
enableCompileCache();
const [{ createOuraClient }, { NIGHT_COLLECTIONS }] = await Promise.all([
  import('../../shared/oura/api/client.ts'),
  import('../../shared/core/collections.ts'),
]);

const { baseUrl, file, ...range } = argumentOf<CopierArgument>();
const client = createOuraClient({ baseUrl, accessToken: async () => 'simulated', timeLeft: () => 900_000 });
const database = new DatabaseSync(file);
for (const collection of NIGHT_COLLECTIONS) {
  database.exec(`CREATE TABLE ${collection} (id TEXT PRIMARY KEY, day TEXT, record TEXT) WITHOUT ROWID`);
  const upsert = database.prepare(
    `INSERT INTO ${collection} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET day = excluded.day, record = excluded.record`,
  );
  for await (const page of client.pages(collection, range)) {
    database.exec('BEGIN');
    for (const record of page as readonly { readonly id: string; readonly day: Day }[]) {
      upsert.run(record.id, record.day, JSON.stringify(record));
    }
    database.exec('COMMIT');
  }
}
database.close();
