import {
  type Collection,
  type DayRecords,
  NIGHT_COLLECTIONS,
  type NightCollection,
  type RawRecord,
  withoutUnrequested,
} from '../../core/collections.ts';
import { type Day, daysBetween, earlierDay, isDay } from '../../core/day.ts';
import { asError, consequencesOf } from '../../core/errors.ts';
import { lastDocument } from '../../core/night/last-document.ts';
import { InvalidRecord } from '../../core/night/oura-records.ts';
import { isDenial, OuraFailure } from '../errors.ts';
import type { OuraClient } from './client.ts';
import { type FetchWindow, isTooMuch, PADDING_DAYS, type WindowQueue, windowQueue } from './fetch-windows.ts';
import { isObject } from './interpret-response.ts';

/** Oura's response for one window. */
export interface FetchedDays {
  /** An entry for every requested date, in order. Its lists are empty if Oura has no records. */
  readonly days: ReadonlyMap<Day, DayRecords>;
  /** The day of every sleep period in the response, requested or not, by id. */
  readonly dayOfPeriod: ReadonlyMap<string, Day>;
  /** The first day of the response with a record, requested or not, by collection. */
  readonly firstRecords: ReadonlyMap<NightCollection, Day>;
  /** Records without a day, which are in no list. */
  readonly unattributable: readonly Unattributable[];
  /** The collections that failed or were denied while `sleep` answered, with the failure. */
  readonly failures: ReadonlyMap<NightCollection, Error>;
  /** Collections that Oura denied while it returned others: a scope is missing. */
  readonly denied: readonly NightCollection[];
}

/** A record without a day. */
interface Unattributable {
  readonly error: InvalidRecord;
  /** The requested dates that may miss the record; empty if it does not say when it began. */
  readonly dates: readonly Day[];
}

interface Records {
  readonly byDay: ReadonlyMap<Day, readonly RawRecord[]>;
  /** The day of every record with an id, requested or not. */
  readonly dayOf: ReadonlyMap<string, Day>;
  readonly first: Day | undefined;
  readonly unattributable: readonly Unattributable[];
}

/** The dates around the day that bedtime_start names: by the same reasons as the padding of a window, it is one of them. */
const datesAround = (bedtimeStart: unknown, dates: readonly Day[]): Day[] => {
  const began = typeof bedtimeStart === 'string' ? bedtimeStart.slice(0, 'YYYY-MM-DD'.length) : undefined;
  if (!isDay(began)) return [];
  return dates.filter((date) => Math.abs(daysBetween(began, date)) <= PADDING_DAYS);
};

/**
 * Returns the records of `collection` in `window` by their `day`. A record that comes twice (it moved to a later page while
 * we were paging) counts once, in its last version. One without an `id` is kept, so that validation reports it. Keeps only
 * records of requested dates: a window may span gaps of a year.
 */
const fetchRecords = async (
  client: OuraClient,
  collection: Collection,
  window: FetchWindow,
): Promise<Records> => {
  const byDay = new Map<Day, RawRecord[]>(window.dates.map((date) => [date, []]));
  const records = new Map<unknown, { readonly day: Day; readonly record?: RawRecord } | Unattributable>();
  const withoutDay = (path: string, reason: string, bedtimeStart?: unknown): Unattributable => ({
    error: new InvalidRecord({ collection, date: null, path, reason }),
    dates: datesAround(bedtimeStart, window.dates),
  });
  for await (const page of client.pages(collection, window)) {
    for (const record of page) {
      const { id, day, bedtime_start } = isObject(record) ? record : {};
      const key = typeof id === 'string' ? id : Symbol('no id');
      if (!isObject(record)) records.set(key, withoutDay('', 'must be an object'));
      else if (!isDay(day)) records.set(key, withoutDay('day', 'must be a date YYYY-MM-DD', bedtime_start));
      else records.set(key, byDay.has(day) ? { day, record: withoutUnrequested(record) } : { day });
    }
  }
  const dayOf = new Map<string, Day>();
  const unattributable: Unattributable[] = [];
  let first: Day | undefined;
  for (const [key, kept] of records) {
    if ('error' in kept) {
      unattributable.push(kept);
      continue;
    }
    if (kept.record) byDay.get(kept.day)?.push(kept.record);
    if (typeof key === 'string') dayOf.set(key, kept.day);
    first = first === undefined ? kept.day : earlierDay(first, kept.day);
  }
  return { byDay, dayOf, first, unattributable };
};

/** Requests a collection in the cheapest windows, and in shorter ones if Oura rejects a long one. */
const fetchInWindows = async (
  client: OuraClient,
  collection: Collection,
  windows: WindowQueue,
): Promise<Records> => {
  const found: Records[] = [];
  for (let window = windows.next(); window; window = windows.next()) {
    try {
      found.push(await fetchRecords(client, collection, window));
    } catch (error: unknown) {
      if (!isTooMuch(error) || !windows.shorten(window)) throw error;
    }
  }
  return {
    byDay: new Map(found.flatMap(({ byDay }) => [...byDay])),
    dayOf: new Map(found.flatMap(({ dayOf }) => [...dayOf])),
    first: found.flatMap(({ first }) => first ?? []).sort()[0],
    unattributable: found.flatMap(({ unattributable }) => unattributable),
  };
};

/** Sorts failures by reach: those that need a person, those that end the batch, then the others. */
const byReach = (one: unknown, other: unknown): number => reachOf(one) - reachOf(other);
const reachOf = (error: unknown): number => {
  const { action, endsBatch } = consequencesOf(error);
  const { rejectsToken, rateLimit } = error instanceof OuraFailure ? error : {};
  if (action === 'reconnect') return 0;
  // Before a missing permission, because another token is tried first.
  if (rejectsToken) return 1;
  if (action !== null) return 2;
  // Before our own budget, because all workers must learn Oura's limit.
  if (rateLimit) return 3;
  return endsBatch ? 4 : 5;
};

/** The failure with the longest reach. */
export const farthest = (failures: readonly Error[]): Error | undefined => failures.toSorted(byReach)[0];

/**
 * Requests the four collections for `window` at once, and groups the records by `day`. Only `sleep` is mandatory: the failure
 * of another collection is in `failures`, and its lists are empty. If another collection alone rejects a long window, only that
 * one is requested in shorter windows. A 401 or 403 on `sleep` while others succeed means that its scope was not granted: it
 * is `denied`. Otherwise throws the failure with the longest reach.
 */
export const fetchDays = async (client: OuraClient, window: FetchWindow): Promise<FetchedDays> => {
  const failures = new Map<NightCollection, Error>();
  const answered = new Map<NightCollection, Records>();
  const collect = async (collection: NightCollection, request: Promise<Records>): Promise<void> => {
    try {
      answered.set(collection, await request);
      failures.delete(collection);
    } catch (error: unknown) {
      failures.set(collection, asError(error));
    }
  };
  await Promise.all(
    NIGHT_COLLECTIONS.map((collection) => collect(collection, fetchRecords(client, collection, window))),
  );
  if (!failures.has('sleep')) {
    const tooMuch = [...failures]
      .filter(([, failure]) => isTooMuch(failure))
      .map(([collection]) => collection);
    await Promise.all(
      tooMuch.map((collection) => {
        const windows = windowQueue(window.dates, { collections: [collection] });
        return windows.shorten(window)
          ? collect(collection, fetchInWindows(client, collection, windows))
          : undefined;
      }),
    );
  }
  const denied = [...failures].filter(([, failure]) => isDenial(failure)).map(([collection]) => collection);
  // Another collection answers with the same token, so that `sleep` is denied for its scope.
  const isScope = answered.size > 0 && failures.size === denied.length;
  const failure = farthest([...failures.values()]);
  if (failure !== undefined && failures.has('sleep') && !isScope) throw failure;

  const of = (collection: NightCollection, date: Day) => answered.get(collection)?.byDay.get(date) ?? [];
  const days = new Map<Day, DayRecords>(
    window.dates.map((date) => [
      date,
      {
        sleep: of('sleep', date),
        daily_sleep: of('daily_sleep', date),
        daily_readiness: of('daily_readiness', date),
        daily_spo2: of('daily_spo2', date),
      },
    ]),
  );
  return {
    days,
    dayOfPeriod: answered.get('sleep')?.dayOf ?? new Map(),
    firstRecords: new Map(
      [...answered].flatMap(([collection, { first }]) => (first === undefined ? [] : [[collection, first]])),
    ),
    unattributable: [...answered.values()].flatMap((records) => records.unattributable),
    failures,
    denied,
  };
};

/** Oura's response for `daily_activity`. */
export interface FetchedActivity {
  /** The document of each date that has one, unvalidated. */
  readonly days: ReadonlyMap<Day, RawRecord>;
  /** `daily_activity` if Oura denied it. */
  readonly denied: readonly Collection[];
}

/**
 * Returns the `daily_activity` documents of `dates`, in the cheapest windows. Requested only for dates without records, to find
 * the reason. A 401 or 403 is a result here, because the same token has just read the collections of the night. Otherwise throws
 * the failure of the collection.
 */
export const fetchActivity = async (client: OuraClient, dates: readonly Day[]): Promise<FetchedActivity> => {
  try {
    const windows = windowQueue(dates, { collections: ['daily_activity'] });
    const { byDay } = await fetchInWindows(client, 'daily_activity', windows);
    const days = [...byDay].flatMap(([date, documents]): [Day, RawRecord][] => {
      const last = lastDocument(documents);
      return last ? [[date, last]] : [];
    });
    return { days: new Map(days), denied: [] };
  } catch (error: unknown) {
    if (isDenial(error)) return { days: new Map(), denied: ['daily_activity'] };
    throw error;
  }
};
