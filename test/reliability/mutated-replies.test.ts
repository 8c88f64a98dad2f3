import fc from 'fast-check';
import { startRingSimulator } from '../../services/ring-simulator/start.ts';
import { type DayRecords, NIGHT_COLLECTIONS, type NightCollection } from '../../shared/core/collections.ts';
import { addDays, type Day, daysFrom } from '../../shared/core/day.ts';
import { assembleNight } from '../../shared/core/night/assemble-night.ts';
import { contentHash } from '../../shared/core/night/content-hash.ts';
import { type SleepRecord, sleepRecordSchema } from '../../shared/core/sleep-record.ts';
import { createOuraClient } from '../../shared/oura/api/client.ts';
import { fetchDays } from '../../shared/oura/api/fetch-days.ts';
import { fetchWindows } from '../../shared/oura/api/fetch-windows.ts';
import { STORED } from '../aws/store/nights.ts';
import { startHttpServer, type TestServer } from '../helpers/http-server.ts';
import { report, secondsSince } from './support/figures.ts';
import { STANDING_CLOCK, TIME_ZONE, TODAY } from './support/pipeline.ts';
import { SEED } from './support/seed.ts';

const REPLIES = 10_000;
const DATES = daysFrom(addDays(TODAY, -2), TODAY);
const [WINDOW] = fetchWindows(DATES);
/** The only errors that a failed fetch or a rejected record may have. */
const OURS = ['OuraUnavailable', 'InvalidRecord'];

/** The simulator's four replies for a window. */
const realReplies = async (): Promise<Record<NightCollection, unknown>> => {
  const ring = await startRingSimulator({ timeZone: TIME_ZONE, clock: STANDING_CLOCK, seed: SEED });
  const query = `start_date=${WINDOW?.start_date}&end_date=${WINDOW?.end_date}`;
  const replies = await Promise.all(
    NIGHT_COLLECTIONS.map(async (collection) => {
      const response = await fetch(`${ring.url}/v2/usercollection/${collection}?${query}`, {
        headers: { authorization: 'Bearer key' },
      });
      return [collection, await response.json()];
    }),
  );
  await ring.stop();
  return Object.fromEntries(replies);
};

/** JSON text that JSON.stringify cannot produce. It replaces its marker. */
const RAW: Readonly<Record<string, string>> = {
  '§huge': '1e999',
  '§nan': 'NaN',
  '§infinity': '-Infinity',
  '§long': '9'.repeat(400),
  '§precise': '0.1234567890123456789012345678901234567890123',
};
const textOf = (body: unknown): string =>
  JSON.stringify(body).replaceAll(/"(§[a-z]+)"/g, (_, marker: string) => RAW[marker] ?? 'null');

const deep = (levels: number): unknown => (levels === 0 ? 1 : { inner: deep(levels - 1) });
/** The mutations of a value. `old` is the original value. */
const VALUES: readonly ((old: unknown) => unknown)[] = [
  () => null,
  () => [],
  () => ({}),
  () => '',
  () => true,
  () => 0,
  () => -1,
  () => 0.5,
  () => 1e300,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => '2026-02-30',
  () => '2026-03-10T00:00:00',
  () => deep(40),
  () => 'x'.repeat(5000),
  () => JSON.parse('{"__proto__": {"day": "2026-03-10"}, "constructor": 1}'),
  (old) => [old],
  (old) => ({ value: old }),
  (old) => String(old),
  (old) => (typeof old === 'number' ? -old : Number(old)),
  (old) => (Array.isArray(old) ? { ...old } : old),
  (old) => (Array.isArray(old) ? [...old, ...old] : old),
  ...Object.keys(RAW).map((marker) => () => marker),
];

interface Mutation {
  readonly collection: NightCollection;
  /** The path: for each level, the position among its keys as a share. */
  readonly path: readonly number[];
  /** Index into {@link VALUES}. A larger index deletes the field. */
  readonly value: number;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  collection: fc.constantFrom(...NIGHT_COLLECTIONS),
  // Not fc.double: most doubles are close to 0, so that the first keys would be mutated nearly always.
  path: fc.array(
    fc.nat(999).map((share) => share / 1000),
    { minLength: 1, maxLength: 5 },
  ),
  value: fc.nat(VALUES.length),
});

const mutate = (body: unknown, { path, value }: Mutation): unknown => {
  const [share = 0, ...rest] = path;
  if (typeof body !== 'object' || body === null || Object.keys(body).length === 0) {
    return VALUES[value]?.(body) ?? null;
  }
  const keys = Object.keys(body);
  const key = keys[Math.floor(share * keys.length)] ?? '';
  const copy = (Array.isArray(body) ? [...body] : { ...body }) as Record<string, unknown>;
  const change = VALUES[value];
  if (rest.length > 0) copy[key] = mutate(copy[key], { collection: 'sleep', path: rest, value });
  else if (change) copy[key] = change(copy[key]);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
};

const itemOf = (night: NonNullable<ReturnType<typeof assembleNight>>): SleepRecord => ({
  ...night,
  ...STORED,
  periods: [...night.periods],
  series: [...night.series],
  remarks: [...night.remarks],
  incomplete: [],
  settled: false,
  revision: 1,
  content_hash: contentHash(night),
  first_synced_at: '2026-03-10T19:00:00.000Z',
  updated_at: '2026-03-10T19:00:00.000Z',
  history: [],
});

let server: TestServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

test(`of ${REPLIES} mutated responses, each is rejected with one of our errors or gives valid items`, async () => {
  const begun = performance.now();
  const real = await realReplies();
  const ended = { stored: 0, refused: 0, empty: 0, unavailable: 0 };
  const client = createOuraClient({
    baseUrl: server.url,
    accessToken: async () => 'key',
    timeLeft: () => 60_000,
    retries: 0,
  });
  const ours = (error: unknown): void => {
    expect(OURS).toContain((error as Error).name);
    expect((error as Error).message.length).toBeLessThan(300);
  };
  const settle = (date: Day, records: DayRecords): void => {
    try {
      const night = assembleNight(date, records);
      if (!night) {
        ended.empty += 1;
        return;
      }
      expect(sleepRecordSchema.isValidSync(itemOf(night))).toBe(true);
      ended.stored += 1;
    } catch (error) {
      ours(error);
      ended.refused += 1;
    }
  };

  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const replies: Record<string, unknown> = { ...real };
      for (const each of mutations) replies[each.collection] = mutate(replies[each.collection], each);
      server.answersBy(({ path }) => ({ body: textOf(replies[path.split('/').at(-1) ?? '']) }));
      if (!WINDOW) throw new Error('No window');
      const fetched = await fetchDays(client, WINDOW).catch((error: unknown) => {
        ours(error);
        ended.unavailable += DATES.length;
        return undefined;
      });
      for (const [date, records] of fetched?.days ?? []) settle(date, records);
      for (const { error } of fetched?.unattributable ?? []) ours(error);
      for (const failure of fetched?.failures.values() ?? []) ours(failure);
    }),
    { numRuns: REPLIES, seed: SEED | 0 },
  );
  const dates = REPLIES * DATES.length;
  const { stored, refused, empty, unavailable } = ended;
  report({
    what: 'mutated answers',
    dates,
    injected: REPLIES,
    stored,
    no_data: empty,
    parked: refused + unavailable,
    lost: dates - stored - refused - empty - unavailable,
    seconds: secondsSince(begun),
    note: 'parked: refused, not stored',
  });
  expect(stored + refused + empty + unavailable).toBe(dates);
  for (const count of Object.values(ended)) expect(count).toBeGreaterThan(0);
});
