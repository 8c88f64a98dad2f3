// The minimum number of requests: the whole range of each collection at once, following `next_token`, without storing. Runs in a
// separate process, which is started with {@link FloorArgument} and returns its duration.

import { NIGHT_COLLECTIONS } from '../../shared/core/collections.ts';
import type { Day } from '../../shared/core/day.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { argumentOf, sendResult } from './child.ts';

export interface FloorArgument {
  readonly baseUrl: string;
  /** The range for Oura: two days before the first date to two days after the last. */
  readonly start_date: Day;
  readonly end_date: Day;
}

const { baseUrl, start_date, end_date } = argumentOf<FloorArgument>();
const begun = performance.now();
const client = createOuraClient({ baseUrl, accessToken: async () => 'simulated', timeLeft: () => 900_000 });
let records = 0;
await Promise.all(
  NIGHT_COLLECTIONS.map(async (collection) => {
    for await (const page of client.pages(collection, { start_date, end_date })) records += page.length;
  }),
);
sendResult({ seconds: (performance.now() - begun) / 1000, records });
