import type { Day } from '../../shared/core/day.ts';
import { asError, consequencesOf } from '../../shared/core/errors.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { isTooMuch, windowQueue } from '../../shared/oura/api/fetch-windows.ts';
import type { Share } from '../../shared/oura/pace/request-pace.ts';
import type { DateToSync } from './explain-empty.ts';
import { type SyncParts, syncWindow } from './sync-window.ts';
import type { DateResult } from './work-batch.ts';

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
      results = await syncWindow(window, asked, client, parts);
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
