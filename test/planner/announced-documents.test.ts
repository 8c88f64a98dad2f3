import {
  announcedAt,
  documentsOf,
  lookUpDocuments,
  sortDocuments,
} from '../../services/planner/announced-documents.ts';
import type { DayEntry } from '../../shared/core/ledger.ts';
import { eventKey, type WatchedEvent } from '../../shared/core/webhook-events.ts';
import { CredentialsRejected, OuraRateLimited, OuraUnavailable } from '../../shared/oura/errors.ts';

const DAY = '2026-03-10';
const eventOf = (changes: Partial<WatchedEvent> = {}): WatchedEvent => ({
  event_type: 'create',
  data_type: 'sleep',
  object_id: 'period',
  event_time: '2026-03-10T08:00:00+02:00',
  user_id: 'user',
  ...changes,
});
const documents = (...events: readonly Partial<WatchedEvent>[]) =>
  documentsOf(new Map(events.map(eventOf).map((event) => [eventKey(event), event])));
const checkedAt = (last_checked_at: string, changes: Partial<DayEntry> = {}) =>
  new Map([[DAY, { state: 'stored', last_checked_at, ...changes } as DayEntry]]);
const isPeriod = (_: string, id: string) => (id === 'period' ? [DAY] : []);

test('groups the events of a document, but not those of another collection', () => {
  const found = documents(
    { event_time: '2026-03-10T08:00:02Z' },
    { event_type: 'update', event_time: '2026-03-10T09:00:01+01:00' },
    { data_type: 'daily_sleep' },
  );
  expect(found.map(({ collection, id, events }) => [collection, id, events.size])).toEqual([
    ['sleep', 'period', 2],
    ['daily_sleep', 'period', 1],
  ]);
  expect(found.map(announcedAt)).toEqual(['2026-03-10T08:00:01.000Z', '2026-03-10T06:00:00.000Z']);
});

const EVENT_AT = '2026-03-10T06:00:00.000Z';
const LATER = '2026-03-11T00:00:00.000Z';

test.each<[string, 'announced' | 'settled', readonly Partial<WatchedEvent>[], ReadonlyMap<string, DayEntry>]>(
  [
    ['older than the event', 'announced', [{}], checkedAt('2026-03-10T05:59:59.999Z')],
    ['as old as the event', 'announced', [{}], checkedAt(EVENT_AT)],
    ['newer than the event', 'settled', [{}], checkedAt('2026-03-10T06:00:00.001Z')],
    [
      'newer than one of two events',
      'announced',
      [{}, { event_time: LATER }],
      checkedAt('2026-03-10T07:00:00Z'),
    ],
    ['newer than a delete', 'announced', [{ event_type: 'delete' }], checkedAt(LATER)],
    ['newer than an invalid time', 'announced', [{ event_time: 'soon' }], checkedAt(LATER)],
    ['a failure', 'announced', [{}], checkedAt(LATER, { state: 'failed' })],
    ['unknown', 'announced', [{}], new Map()],
  ],
)('if the last request of the date is %s, its document is %s', (_, group, events, states) => {
  const sorted = sortDocuments(documents(...events), isPeriod, states);
  expect(sorted).toMatchObject({ announced: [], settled: [], unknown: [], [group]: [{}] });
  if (group === 'announced') expect(sorted.announced).toMatchObject([{ date: DAY }]);
});

test('looks up a document that no night comes from, unless all its events are deletes', () => {
  const unknown = documents(
    { object_id: 'a' },
    { object_id: 'b', event_type: 'delete' },
    { object_id: 'a', event_type: 'delete' },
  );
  const sorted = sortDocuments(unknown, isPeriod, new Map());
  expect(sorted.unknown.map(({ id }) => id)).toEqual(['a']);
  expect(sorted.settled.map(({ id }) => id)).toEqual(['b']);
});

describe('a look-up', () => {
  const asked: string[] = [];
  const waits: number[] = [];
  beforeEach(() => {
    asked.length = 0;
    waits.length = 0;
  });
  const lookUp = (these: ReturnType<typeof documents>, dayOf: (id: string) => string | null | Error) =>
    lookUpDocuments(
      these,
      {
        dayOf: async (_, id) => {
          asked.push(id);
          const day = dayOf(id);
          if (day instanceof Error) throw day;
          return day;
        },
      },
      async (ms) => {
        waits.push(ms);
      },
    );

  test('returns the days', async () => {
    const found = await lookUp(
      documents({ object_id: 'a' }, { object_id: 'b' }),
      (id) => `2026-03-0${id === 'a' ? 1 : 2}`,
    );
    expect(found.announced.map(({ date, document }) => [date, document.id])).toEqual([
      ['2026-03-01', 'a'],
      ['2026-03-02', 'b'],
    ]);
    expect(waits).toEqual([]);
  });

  test('is repeated once after three seconds, but not for a document that was also deleted', async () => {
    const these = documents({ object_id: 'a' }, { object_id: 'b' }, { object_id: 'b', event_type: 'delete' });
    const found = await lookUp(these, (id) => (id === 'a' && waits.length > 0 ? DAY : null));
    expect(asked).toEqual(['a', 'b', 'a']);
    expect(waits).toEqual([3000]);
    expect(found).toMatchObject({ announced: [{ date: DAY }], missing: [{ id: 'b' }] });
  });

  test('that Oura denies is missing, and the others go on', async () => {
    const denied = new CredentialsRejected({ collection: 'daily_spo2', scope: 'spo2' });
    const found = await lookUp(documents({ object_id: 'a' }, { object_id: 'b' }), (id) =>
      id === 'a' ? denied : DAY,
    );
    expect(found).toMatchObject({ announced: [{ date: DAY }], missing: [{ id: 'a' }], failed: [] });
  });

  test('that fails is not repeated', async () => {
    const failure = new OuraUnavailable({ collection: 'sleep', what: 'timeout' });
    expect(await lookUp(documents({}), () => failure)).toMatchObject({
      failed: [{ id: 'period' }],
      missing: [],
    });
    expect(asked).toHaveLength(1);
  });

  test('that meets the rate limit ends the look-ups', async () => {
    const these = documents(...Array.from({ length: 10 }, (_, index) => ({ object_id: String(index) })));
    const limited = new OuraRateLimited({ collection: 'sleep', waitMs: 60_000 });
    const found = await lookUp(these, () => limited);
    expect(found.failed).toHaveLength(10);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  test('leaves what exceeds 50 documents to the next run', async () => {
    const these = documents(...Array.from({ length: 60 }, (_, index) => ({ object_id: String(index) })));
    const found = await lookUp(these, () => DAY);
    expect(found.announced).toHaveLength(50);
    expect(found.left).toHaveLength(10);
  });

  test('rethrows an unexpected error', async () => {
    await expect(lookUp(documents({}), () => new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});
