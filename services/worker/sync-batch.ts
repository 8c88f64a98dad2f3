import { findCause } from '../../shared/core/causes.ts';
import type { Day } from '../../shared/core/day.ts';
import { asError } from '../../shared/core/errors.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { WINDOW_DAYS } from '../../shared/oura/api/fetch-windows.ts';
import { OuraFailure } from '../../shared/oura/errors.ts';
import { LOWERED_MS } from '../../shared/oura/pace/limits.ts';
import type { RateLimit } from '../../shared/oura/pace/rate-limit.ts';
import type { Share } from '../../shared/oura/pace/request-pace.ts';
import type { DateToSync } from './explain-empty.ts';
import { syncDates } from './sync-dates.ts';
import type { SyncParts } from './sync-window.ts';
import type { DateResult, WorkItem } from './work-batch.ts';

export interface SyncBatchParts extends SyncParts {
  readonly rateLimit: RateLimit;
  /** Our own request budget. */
  readonly requestsPerMinute: number;
  /** Gets another token after Oura rejected one, and returns whether there is one. Throws if getting it fails. */
  readonly renewToken: () => Promise<boolean>;
}

type Clients = Readonly<Record<Share, OuraClient>>;

/**
 * Syncs the dates of the items and yields their results window by window. If Oura rejected the token, it yields those
 * dates a second time, with the results of another token. It shares Oura's rate limit with all workers.
 */
export async function* syncBatch(
  items: readonly WorkItem[],
  clients: Clients,
  parts: SyncBatchParts,
): AsyncGenerator<ReadonlyMap<Day, DateResult>> {
  const known = new Set(items.filter(({ isNew }) => !isNew).map(({ message }) => message.date));
  const announced = firstAnnouncements(items);
  const dates = items.map(({ message, attempt }) => ({
    ...message,
    attempt,
    isNew: !known.has(message.date),
    announcedAt: announced.get(message.date) ?? null,
  }));
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

/** The earliest announcement of each date: two runs may have queued it, one of them before the event. */
const firstAnnouncements = (items: readonly WorkItem[]): ReadonlyMap<Day, string> => {
  const announced = new Map<Day, string>();
  for (const { announcedAt, message } of items) {
    const first = announced.get(message.date) ?? announcedAt;
    if (announcedAt !== null && first !== null)
      announced.set(message.date, announcedAt < first ? announcedAt : first);
  }
  return announced;
};

/**
 * Limits windows to three months if the budget ran out in an earlier attempt of one of the dates. A long window may
 * have more pages than the budget allows in one invocation, but each finished short window counts. Undefined: no limit.
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

/** Repeats dates with another token after Oura rejected the first. Yields the error if getting another token fails. */
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

/** Shares a 429 with all workers: when they may call again, and Oura's limit if it is below our own budget. */
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
