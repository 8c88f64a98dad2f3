import type { RateLimit } from '../../shared/aws/store/rate-limit.ts';
import type { Day } from '../../shared/core/day.ts';
import { asError } from '../../shared/core/errors.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { WINDOW_DAYS } from '../../shared/oura/api/fetch-windows.ts';
import {
  CredentialsRejected,
  OuraRateLimited,
  RateBudgetSpent,
  TokenRefreshFailed,
} from '../../shared/oura/errors.ts';
import { LONGEST_WAIT_MS } from '../../shared/oura/pace/budget.ts';
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

/** Where a 429 says nothing of when to come back. Oura's windows are five minutes. */
const UNSAID_WAIT_MS = 60_000;
/** For how long Oura's word on how much it allows is believed. */
const LOWERED_MS = 86_400_000;

/** How long a failure asks us to stay away, in ms: 0 where it does not. */
export const askedWaitMs = (error: Error): number => {
  const asked = () => {
    if (error instanceof OuraRateLimited) return error.retryAfterMs ?? UNSAID_WAIT_MS;
    if (error instanceof RateBudgetSpent) return error.retryAfterMs;
    return error instanceof TokenRefreshFailed ? (error.retryAfterMs ?? 0) : 0;
  };
  return Math.min(asked(), LONGEST_WAIT_MS);
};

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
    for (const [date, result] of results) if (result instanceof CredentialsRejected) rejected.add(date);
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
  const isSpent = entries.some(({ last_error }) => last_error?.name === 'RateBudgetSpent');
  return isSpent ? WINDOW_DAYS[1] : undefined;
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
  const limited = [...results.values()].find((result) => result instanceof OuraRateLimited);
  if (!limited) return;
  const now = clock.now();
  await rateLimit.extend(now + askedWaitMs(limited));
  const allowed = limited.requestsPerMinute;
  if (allowed !== undefined && allowed < requestsPerMinute) {
    await rateLimit.lower(allowed, now, now + LOWERED_MS);
  }
};
