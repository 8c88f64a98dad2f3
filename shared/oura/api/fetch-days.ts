import {
  type Collection,
  type DayRecords,
  NIGHT_COLLECTIONS,
  type NightCollection,
  type RawRecord,
  withoutUnrequested,
} from '../../core/collections.ts';
import { type Day, isDay } from '../../core/day.ts';
import { consequencesOf } from '../../core/errors.ts';
import { lastDocument } from '../../core/night/last-document.ts';
import { InvalidRecord } from '../../core/night/oura-records.ts';
import { isDenial, OuraFailure } from '../errors.ts';
import type { OuraClient } from './client.ts';
import { type FetchWindow, isTooMuch, windowQueue } from './fetch-windows.ts';
import { isObject } from './interpret-response.ts';

/** Oura's response for one window. */
export interface FetchedDays {
  /** An entry for every requested date, in order. Its lists are empty if Oura has no records. */
  readonly days: ReadonlyMap<Day, DayRecords>;
  /** Records without a day. Any date may miss them, so they are reported and not dropped. */
  readonly unattributable: readonly InvalidRecord[];
  /** Collections that Oura denied while it returned others: a scope is missing. */
  readonly denied: readonly Collection[];
}

interface Records {
  readonly byDay: ReadonlyMap<Day, readonly RawRecord[]>;
  readonly unattributable: readonly InvalidRecord[];
}

/**
 * Returns the records of `collection` in `window` by their `day`. A record that comes twice (it moved to a later page while
 * we were paging) counts once, in its last version. One without an `id` is kept, so that validation reports it. Keeps only
 * requested dates: a window may span gaps of a year.
 */
const fetchRecords = async (
  client: OuraClient,
  collection: Collection,
  window: FetchWindow,
): Promise<Records> => {
  const byDay = new Map<Day, RawRecord[]>(window.dates.map((date) => [date, []]));
  const records = new Map<unknown, { readonly day: Day; readonly record: RawRecord } | InvalidRecord>();
  const invalid = (path: string, reason: string) =>
    new InvalidRecord({ collection, date: null, path, reason });
  for await (const page of client.pages(collection, window)) {
    for (const record of page) {
      const { id, day } = isObject(record) ? record : {};
      const key = typeof id === 'string' ? id : Symbol('no id');
      if (!isObject(record)) records.set(key, invalid('', 'must be an object'));
      else if (!isDay(day)) records.set(key, invalid('day', 'must be a date YYYY-MM-DD'));
      else if (byDay.has(day)) records.set(key, { day, record: withoutUnrequested(record) });
      else records.delete(key);
    }
  }
  const unattributable: InvalidRecord[] = [];
  for (const kept of records.values()) {
    if (kept instanceof InvalidRecord) unattributable.push(kept);
    else byDay.get(kept.day)?.push(kept.record);
  }
  return { byDay, unattributable };
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

/**
 * Requests the four collections for `window` at once, and groups the records by `day`. A 401 or 403 on `daily_spo2` or on `sleep`
 * while others succeed means that a scope was not granted: the collection is `denied`, its lists are empty. Otherwise throws
 * the failure of a collection.
 */
export const fetchDays = async (client: OuraClient, window: FetchWindow): Promise<FetchedDays> => {
  const answers = await Promise.allSettled(
    NIGHT_COLLECTIONS.map((collection) => fetchRecords(client, collection, window)),
  );
  const denied: NightCollection[] = [];
  const failures: unknown[] = [];
  const answered = new Map<NightCollection, Records>();
  for (const [index, collection] of NIGHT_COLLECTIONS.entries()) {
    const answer = answers[index];
    if (answer?.status === 'fulfilled') answered.set(collection, answer.value);
    else {
      failures.push(answer?.reason);
      if (isDenial(answer?.reason)) denied.push(collection);
    }
  }
  // What is withheld must explain itself: without `sleep` there is no night to store, without `daily_spo2` one metric is null.
  // A score withheld beside a night would be stored as "Oura has none", which is another thing.
  const isScope = denied.includes('sleep') || denied.every((collection) => collection === 'daily_spo2');
  const isToldByScope = answered.size > 0 && failures.length === denied.length && isScope;
  if (failures.length > 0 && !isToldByScope) {
    throw failures.sort(byReach)[0];
  }

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
    unattributable: [...answered.values()].flatMap((records) => records.unattributable),
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
  const days = new Map<Day, RawRecord>();
  const windows = windowQueue(dates, { collections: ['daily_activity'] });
  for (let window = windows.next(); window; window = windows.next()) {
    try {
      const { byDay } = await fetchRecords(client, 'daily_activity', window);
      for (const [date, documents] of byDay) {
        const last = lastDocument(documents);
        if (last) days.set(date, last);
      }
    } catch (error) {
      if (isDenial(error)) return { days, denied: ['daily_activity'] };
      if (!isTooMuch(error) || !windows.shorten(window)) throw error;
    }
  }
  return { days, denied: [] };
};
