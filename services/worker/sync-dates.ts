import pMap from 'p-map';
import type { DayRecords } from '../../shared/core/collections.ts';
import { type Day, dayIn } from '../../shared/core/day.ts';
import { asError, consequencesOf } from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';
import { assembleNight, withdrawnNight } from '../../shared/core/night/assemble-night.ts';
import { nextRecheck } from '../../shared/core/recheck-schedule.ts';
import type { Night, SleepRecord } from '../../shared/core/sleep-record.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { type FetchedDays, fetchDays } from '../../shared/oura/api/fetch-days.ts';
import { type FetchWindow, isTooMuch, windowQueue } from '../../shared/oura/api/fetch-windows.ts';
import type { Share } from '../../shared/oura/pace/request-pace.ts';
import { type DateToSync, type ExplainParts, explainEmpty, WRITES_AT_ONCE } from './explain-empty.ts';
import type { DateResult } from './work-batch.ts';

export interface SyncParts extends ExplainParts {
  readonly log: Log;
}

const endsBatch = (result: DateResult): result is Error =>
  result instanceof Error && consequencesOf(result).endsBatch;

/**
 * Fetches, validates and stores the dates, and yields the results window by window: an outcome or an error per date.
 * Windows with dates that are not from a backfill come first. If Oura rejects a long window, shorter ones follow.
 * @param longestDays the maximum length of a window, including padding
 */
export async function* syncDates(
  dates: readonly DateToSync[],
  clients: Readonly<Record<Share, OuraClient>>,
  parts: SyncParts,
  longestDays?: number,
): AsyncGenerator<ReadonlyMap<Day, DateResult>> {
  const byDate = new Map(dates.map((entry) => [entry.date, entry]));
  const urgent = new Set(dates.filter(({ reason }) => reason !== 'backfill').map(({ date }) => date));
  const windows = windowQueue([...byDate.keys()], { urgent, ...(longestDays && { longestDays }) });
  const failed = (asked: readonly DateToSync[], error: Error) =>
    new Map(asked.map(({ date }) => [date, error]));
  let stop: Error | undefined;
  for (let window = windows.next(); window; window = windows.next()) {
    const asked = window.dates.flatMap((date) => byDate.get(date) ?? []);
    if (stop !== undefined) {
      yield failed(asked, stop);
      continue;
    }
    const client = window.dates.some((date) => urgent.has(date)) ? clients.whole : clients.backfill;
    let results: ReadonlyMap<Day, DateResult>;
    try {
      results = new Map(await syncWindow(window, asked, client, parts));
    } catch (error: unknown) {
      if (isTooMuch(error) && windows.shorten(window)) {
        const { start_date, end_date } = window;
        parts.log.warn('Oura rejected a long window, using shorter ones', { start_date, end_date }, error);
        continue;
      }
      results = failed(asked, asError(error));
    }
    stop = [...results.values()].find(endsBatch);
    yield results;
  }
}

/** Syncs one window: four requests, then each date separately. Throws errors that affect the whole window. */
const syncWindow = async (
  window: FetchWindow,
  asked: readonly DateToSync[],
  client: OuraClient,
  parts: SyncParts,
): Promise<[Day, DateResult][]> => {
  const askedAt = parts.clock.now();
  const [fetched, known] = await Promise.all([fetchDays(client, window), parts.sleepTable.get(window.dates)]);
  if (fetched.denied.length > 0) {
    parts.log.warn('Oura denies collections: is a scope missing?', { denied: fetched.denied });
  }
  const assembled = new Map(
    asked.map(({ date }) => [date, assemble(date, fetched, known.get(date))] as const),
  );
  const empty = asked.filter(({ date }) => assembled.get(date) === null && !known.has(date));
  const nights = new Map(
    [...assembled].flatMap(([date, night]) => (night && !(night instanceof Error) ? [[date, night]] : [])),
  );
  const explained = await explainEmpty({ empty, fetched, nights, client, askedAt }, parts);

  const settle = async (entry: DateToSync): Promise<[Day, DateResult]> => {
    const night = assembled.get(entry.date);
    if (night instanceof Error) return [entry.date, night];
    try {
      if (night || known.has(entry.date)) {
        return [entry.date, await store(entry, night ?? undefined, known.get(entry.date), askedAt, parts)];
      }
      return [entry.date, explained.get(entry.date) ?? 'no_data'];
    } catch (error: unknown) {
      return [entry.date, asError(error)];
    }
  };
  return pMap(asked, settle, { concurrency: WRITES_AT_ONCE });
};

/** The night of a date, null if Oura has none, or the error if its records are invalid. */
const assemble = (date: Day, fetched: FetchedDays, known: SleepRecord | undefined): Night | null | Error => {
  try {
    const records = fetched.days.get(date) as DayRecords;
    const answered = assembleNight(date, records) ?? (known ? withdrawnNight(date, records) : null);
    // A withheld metric is not null: a value that was stored before the scope was lost stays.
    const night =
      answered && known && fetched.denied.includes('daily_spo2')
        ? { ...answered, breathing_disturbances: known.breathing_disturbances }
        : answered;
    // A record without a day may be the missing one, so "no data" would be a guess.
    return night ?? fetched.unattributable[0] ?? null;
  } catch (error: unknown) {
    return asError(error);
  }
};

/** Stores a night. If the response is empty, keeps a stored night: an empty response has five possible causes. */
const store = async (
  { date, run_id, attempt }: DateToSync,
  night: Night | undefined,
  known: SleepRecord | undefined,
  askedAt: number,
  parts: SyncParts,
): Promise<DateResult> => {
  const next_check_on = nextRecheck(date, dayIn(parts.timeZone, askedAt));
  const settled = next_check_on === null;
  const put = night ? await parts.sleepTable.put(night, { askedAt, settled, known }) : 'unchanged';
  await parts.days.stored(date, { run_id, attempts: attempt, at: askedAt, next_check_on, settled });
  return put === 'stored' ? 'stored' : 'unchanged';
};
