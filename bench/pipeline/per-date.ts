// The original design with our client: three function calls for each date and collection (fetch, validate, store), three at a
// time. Runs in a separate process, which is started with {@link PerDateArgument} and returns its counts.
import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { AccessKeys } from '../../services/local/data-folder/access-keys.ts';
import { createClients } from '../../services/local/emulators/clients.ts';
import { NIGHT_COLLECTIONS, type NightCollection, type RawRecord } from '../../shared/core/collections.ts';
import { addDays, type Day } from '../../shared/core/day.ts';
import { PERIOD_FIELDS, parseDocument } from '../../shared/core/night/oura-records.ts';
import { parseFields } from '../../shared/core/night/parse-fields.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { PADDING_DAYS } from '../../shared/oura/api/fetch-windows.ts';
import { OuraRateLimited } from '../../shared/oura/errors.ts';
import { argumentOf, sendResult } from './child.ts';

export interface PerDateArgument {
  readonly baseUrl: string;
  readonly endpoint: string;
  readonly keys: AccessKeys;
  readonly tableName: string;
  readonly dates: readonly Day[];
}

export interface PerDateAnswer {
  readonly seconds: number;
  readonly invocations: number;
  /** Total milliseconds in functions. */
  readonly busyMs: number;
  /** One per invocation, plus the start of the execution and the map state. */
  readonly transitions: number;
  /** Write units reported by DynamoDB. */
  readonly writes: number;
}

const CONCURRENCY = 3;
const TELL_EVERY_MS = 60_000;

const { baseUrl, endpoint, keys, tableName, dates } = argumentOf<PerDateArgument>();
const { dynamodb } = createClients(endpoint, keys);

interface Asked {
  readonly date: Day;
  readonly collection: NightCollection;
}

let [invocations, busyMs, writes, done] = [0, 0, 0, 0];

/** Calls a function with JSON as input and output, as Lambda does. */
const invoke = async <Input, Output>(
  work: (input: Input) => Promise<Output>,
  input: Input,
): Promise<Output> => {
  invocations += 1;
  const begun = performance.now();
  try {
    return JSON.parse(JSON.stringify(await work(JSON.parse(JSON.stringify(input)))));
  } finally {
    busyMs += performance.now() - begun;
  }
};

const fetchRecords = async ({ date, collection }: Asked): Promise<RawRecord[]> => {
  const client = createOuraClient({ baseUrl, accessToken: async () => 'simulated', timeLeft: () => 60_000 });
  const range = { start_date: addDays(date, -PADDING_DAYS), end_date: addDays(date, PADDING_DAYS) };
  const pages = await Array.fromAsync(client.pages(collection, range));
  return (pages.flat() as RawRecord[]).filter(({ day }) => day === date);
};

const validate = async ({ collection, records }: Asked & { records: RawRecord[] }) =>
  records.map((record) =>
    collection === 'sleep' ? parseFields(PERIOD_FIELDS, record, 'sleep') : parseDocument(collection, record),
  );

const store = async ({ date, collection, records }: Asked & { records: RawRecord[] }) => {
  const reply = await dynamodb.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { date },
      UpdateExpression: 'SET #collection = :records',
      ExpressionAttributeNames: { '#collection': collection },
      ExpressionAttributeValues: { ':records': records },
      ReturnConsumedCapacity: 'TOTAL',
    }),
  );
  writes += reply.ConsumedCapacity?.CapacityUnits ?? 0;
  return records.length;
};

/** Fetches, and retries after the wait of a 429, like the Retry of a state. */
const fetchPatiently = async (asked: Asked): Promise<RawRecord[]> => {
  for (;;) {
    try {
      return await invoke(fetchRecords, asked);
    } catch (error: unknown) {
      if (!(error instanceof OuraRateLimited)) throw error;
      await sleep(error.waitMs);
    }
  }
};

const pairs = dates.flatMap((date) => NIGHT_COLLECTIONS.map((collection): Asked => ({ date, collection })));
const begun = performance.now();
const seconds = () => (performance.now() - begun) / 1000;
const progress = setInterval(() => {
  process.stderr.write(`    per date: ${done} of ${pairs.length} after ${seconds().toFixed(0)} s\n`);
}, TELL_EVERY_MS);
await pMap(
  pairs,
  async (asked) => {
    const records = await invoke(validate, { ...asked, records: await fetchPatiently(asked) });
    await invoke(store, { ...asked, records });
    done += 1;
  },
  { concurrency: CONCURRENCY },
);
clearInterval(progress);
sendResult({
  seconds: seconds(),
  invocations,
  busyMs,
  transitions: invocations + 2,
  writes,
} satisfies PerDateAnswer);
process.disconnect?.();
