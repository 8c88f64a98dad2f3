import { findCause } from '../../shared/core/causes.ts';
import type { Day } from '../../shared/core/day.ts';
import { asError } from '../../shared/core/errors.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { WINDOW_DAYS } from '../../shared/oura/api/fetch-windows.ts';
import { OuraFailure } from '../../shared/oura/errors.ts';
import { LOWERED_MS } from '../../shared/oura/pace/limits.ts';
import type { RateLimit } from '../../shared/oura/pace/rate-limit.ts';
import type { Share } from '../../shared/oura/pace/request-pace.ts';
import { type DateToSync, type SyncParts, syncDates } from './sync-dates.ts';
import type { DateResult, WorkItem } from './work-batch.ts';

export interface SyncBatchParts extends SyncParts {
  readonly rateLimit: RateLimit;
  /** Our own budget. */
  readonly requestsPerMinute: number;
  /** Oura rejected the token: whether there is another one to ask with. Throws what keeps it from us. */
  readonly renewToken: () => Promise<boolean>;
}

type Clients = Readonly<Record<Share, OuraClient>>;

/**
 * Syncs the dates of the items; says window by window what became of each. Dates whose token Oura rejected come a second
 * time, with what another token made of them. What Oura said of its rate limit is shared with all workers.
 */
export async function* syncBatch(
  items: readonly WorkItem[],
  clients: Clients,
  parts: SyncBatchParts,
): AsyncGenerator<ReadonlyMap<Day, DateResult>> {
  const dates = items.map(({ message, attempt }) => ({ ...message, attempt }));
  const rejected = new Set<Day>();
  for await (const results of syncDates(dates, clients, parts, await longestDaysOf(dates, parts))) {
    for (const [date, result] of results)
      if (result instanceof OuraFailure && result.rejectsToken) rejected.add(date);
    await shareLimit(results, parts);
    yield results;
  }
  const again = dates.filter(({ date }) => rejected.has(date));
  if (again.length > 0) yield* syncRenewed(again, clients, parts);
}

/**
 * Three months at once where our budget ran out over one of the dates: the pages of a long window may be more than it grants
 * in an invocation, whereas of shorter ones each that is done stays done. Undefined: as long as windows get.
 */
const longestDaysOf = async (
  dates: readonly DateToSync[],
  { days }: SyncBatchParts,
): Promise<number | undefined> => {
  const again = dates.filter(({ attempt }) => attempt > 1).map(({ date }) => date);
  if (again.length === 0) return undefined;
  const entries = [...(await days.get(again)).values()];
  const isShortened = entries.some(({ last_error }) => findCause(last_error?.name)?.shortensWindows);
  return isShortened ? WINDOW_DAYS[1] : undefined;
};

/** Dates whose token Oura rejected, once more with another token, where there is one; else with what is to be said of them. */
async function* syncRenewed(
  rejected: readonly DateToSync[],
  clients: Clients,
  parts: SyncBatchParts,
): AsyncGenerator<ReadonlyMap<Day, DateResult>> {
  try {
    if (await parts.renewToken()) yield* syncDates(rejected, clients, parts);
  } catch (error: unknown) {
    const failure = asError(error);
    yield new Map(rejected.map(({ date }) => [date, failure]));
  }
}

/** Tells all workers of a 429: until when nobody may call, and how much Oura allows where that is less than our own budget. */
const shareLimit = async (
  results: ReadonlyMap<Day, DateResult>,
  { rateLimit, clock, requestsPerMinute }: SyncBatchParts,
): Promise<void> => {
  const limit = [...results.values()].flatMap((result) =>
    result instanceof OuraFailure ? (result.rateLimit ?? []) : [],
  )[0];
  if (!limit) return;
  const now = clock.now();
  await rateLimit.extend(now + limit.waitMs);
  const allowed = limit.requestsPerMinute;
  if (allowed !== undefined && allowed < requestsPerMinute) {
    await rateLimit.lower(allowed, now, now + LOWERED_MS);
  }
};
