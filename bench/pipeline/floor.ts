// As few requests as pages allow: the whole range of each collection at once, following `next_token`; nothing is stored.
// A process of its own: started with {@link FloorArgument}, it tells its seconds.

import { NIGHT_COLLECTIONS } from '../../shared/core/collections.ts';
import type { Day } from '../../shared/core/day.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { argumentOf, tell } from './child.ts';

export interface FloorArgument {
  readonly baseUrl: string;
  /** As Oura wants it: two days before the first date, two after the last. */
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
tell({ seconds: (performance.now() - begun) / 1000, records });
