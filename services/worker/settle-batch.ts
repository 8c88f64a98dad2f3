import type { SQSRecord } from 'aws-lambda';
import type { Day } from '../../shared/contract/day.ts';
import { type Outcome, outcomesOf } from '../../shared/contract/ledger.ts';
import type { OuraClient } from '../../shared/oura/client.ts';
import { CredentialsRejected, OuraRateLimited } from '../../shared/oura/errors.ts';
import { parseWorkMessage } from '../../shared/queue/parse-work-message.ts';
import { describeError } from '../../shared/runtime/errors.ts';
import type { MetricSink } from '../../shared/runtime/metrics.ts';
import { settleEach } from '../../shared/runtime/settle-each.ts';
import type { NewestNight } from '../../shared/store/newest-night.ts';
import type { RateLimit } from '../../shared/store/rate-limit.ts';
import type { OpenRun, Runs } from '../../shared/store/runs.ts';
import { type GiveBackParts, giveBack, isRetried, sendToDeadLetterQueue } from './give-back.ts';
import { type SyncParts, syncDates } from './sync-dates.ts';
import type { DateResult, WorkItem } from './work-batch.ts';

export interface WorkerParts extends SyncParts, GiveBackParts {
  readonly metrics: MetricSink;
  readonly runs: Runs;
  readonly rateLimit: RateLimit;
  readonly newestNight: NewestNight;
  /** Oura rejected the token: the next invocation reads it anew. */
  readonly credentialsRejected: () => void;
  /** Completes the waiting task of a run in which nothing is pending any more. */
  readonly completeIfDone: (open: OpenRun) => Promise<boolean>;
}

/** An hour: a server that asks for more is asked again after it, and a "not before" further off is not ours. */
const LONGEST_WAIT_MS = 3_600_000;
/** Where a 429 says nothing of when to come back. Oura's windows are five minutes. */
const UNSAID_WAIT_MS = 60_000;

/**
 * Settles a batch of work messages: one promise per record, in order, as the partial-batch middleware wants it.
 * Fulfilled: the date is settled, or the message has been copied on. Rejected: SQS keeps it and shows it again.
 */
export const settleBatch = async (
  records: readonly SQSRecord[],
  client: OuraClient,
  parts: WorkerParts,
): Promise<PromiseSettledResult<void>[]> => {
  const parsed = records.map((record) => parse(record));
  const items = parsed.filter((item): item is WorkItem => !(item instanceof Error));
  const runs = await openRuns(items, parts);
  const settledBefore = new Set(items.filter((item) => isSettled(item, runs)));
  const results = await syncAll(
    items.filter((item) => !settledBefore.has(item)),
    client,
    parts,
  );
  // The outcomes of the whole batch go to the ledger before any message is acknowledged.
  await settleRuns(items, results, runs, parts);
  return settleEach(parsed, async (item, index) => {
    const record = records[index] as SQSRecord;
    if (item instanceof Error) {
      parts.log.error('A malformed message', { message_id: record.messageId }, item);
      parts.metrics.count('malformedMessages', 1);
      return sendToDeadLetterQueue(record, attemptOf(record), item, parts);
    }
    // The same date may just have failed for another run, which is nothing to this message.
    if (settledBefore.has(item)) return undefined;
    const result = results.get(item.message.date);
    return result instanceof Error ? fail(item, result, parts) : undefined;
  });
};

const attemptOf = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);

const parse = (record: SQSRecord): WorkItem | Error => {
  try {
    return { record, message: parseWorkMessage(record.body), attempt: attemptOf(record) };
  } catch (error: unknown) {
    return error as Error;
  }
};

/** The runs of the batch as they stand. A run that has expired is not there: its dates are synced all the same. */
const openRuns = async (items: readonly WorkItem[], { runs }: WorkerParts): Promise<Map<string, OpenRun>> => {
  const ids = [...new Set(items.map(({ message }) => message.run_id))];
  const open = await Promise.all(ids.map((id) => runs.get(id)));
  return new Map(open.flatMap((run) => (run ? [[run.run.run_id, run]] : [])));
};

/** Whether the date was settled in its run already: a message delivered twice, or resumed after a crash, asks Oura nothing. */
const isSettled = ({ message }: WorkItem, runs: ReadonlyMap<string, OpenRun>): boolean => {
  const open = runs.get(message.run_id);
  if (!open) return false;
  const { stored, unchanged, no_data } = outcomesOf(open.run);
  return [...stored, ...unchanged, ...no_data].includes(message.date);
};

/** Syncs the dates of the items unless a rate limit forbids any call; says what became of each date. */
const syncAll = async (
  items: readonly WorkItem[],
  client: OuraClient,
  parts: WorkerParts,
): Promise<Map<Day, DateResult>> => {
  if (items.length === 0) return new Map();
  const wait = await waitMs(parts);
  if (wait > 0) {
    parts.log.info('Waiting for the rate limit', { seconds: Math.ceil(wait / 1000) });
    return new Map(
      items.map(({ message }) => [
        message.date,
        new OuraRateLimited({ collection: 'sleep', retryAfterMs: wait }),
      ]),
    );
  }
  const dates = items.map(({ message, attempt }) => ({ ...message, attempt }));
  const results = await syncDates(dates, client, parts);
  if ([...results.values()].some((result) => result instanceof CredentialsRejected))
    parts.credentialsRejected();
  const limited = [...results.values()].find((result) => result instanceof OuraRateLimited);
  if (limited) {
    const retryAfter = Math.min(limited.retryAfterMs ?? UNSAID_WAIT_MS, LONGEST_WAIT_MS);
    await parts.rateLimit.extend(parts.clock.now() + retryAfter);
  }
  return results;
};

/** How long nobody may call Oura yet, in ms. */
const waitMs = async ({ rateLimit, clock }: WorkerParts): Promise<number> => {
  const wait = (await rateLimit.notBefore()) - clock.now();
  return wait > LONGEST_WAIT_MS ? 0 : Math.max(0, wait);
};

/** Writes the outcomes to each run, in one update per run, and completes the runs that have nothing pending any more. */
const settleRuns = async (
  items: readonly WorkItem[],
  results: ReadonlyMap<Day, DateResult>,
  runs: ReadonlyMap<string, OpenRun>,
  parts: WorkerParts,
): Promise<void> => {
  for (const run_id of new Set(items.map(({ message }) => message.run_id))) {
    const outcomes: Partial<Record<Outcome, Day[]>> = {};
    for (const { message } of items) {
      const result = results.get(message.date);
      if (message.run_id !== run_id || result === undefined || result instanceof Error) continue;
      outcomes[result] = [...(outcomes[result] ?? []), message.date];
    }
    const settled = Object.keys(outcomes).length > 0;
    const newest = [...(outcomes.stored ?? []), ...(outcomes.unchanged ?? [])].sort().at(-1);
    if (newest !== undefined) await parts.newestNight.advance(newest);
    const open = settled ? await parts.runs.settle(run_id, outcomes) : runs.get(run_id);
    // Also where nothing was settled now: an earlier delivery may have died between ledger and callback.
    if (open) await parts.completeIfDone(open);
    parts.metrics.count('datesStored', outcomes.stored?.length ?? 0);
    parts.metrics.count('datesUnchanged', outcomes.unchanged?.length ?? 0);
    parts.metrics.count('datesWithoutData', outcomes.no_data?.length ?? 0);
    if (settled) parts.log.info('Settled', { run_id, ...outcomes });
  }
};

/** A date failed: to be tried again later, or, where no attempt is left or none would help, to the dead-letter queue. */
const fail = async (
  { record, message, attempt }: WorkItem,
  error: Error,
  parts: WorkerParts,
): Promise<void> => {
  const { run_id, date } = message;
  const retried = isRetried(error, attempt, parts.maxReceiveCount);
  parts.log[retried ? 'warn' : 'error'](
    retried ? 'A date will be tried again' : 'A date failed',
    { run_id, date, attempt },
    error,
  );
  await parts.days.failed(date, {
    state: 'failed',
    run_id,
    attempts: attempt,
    at: parts.clock.now(),
    next_check_on: null,
    error: describeError(error),
  });
  parts.metrics.count(retried ? 'datesRetried' : 'datesFailed', 1);
  if (!retried) return sendToDeadLetterQueue(record, attempt, error, parts);
  const wait =
    error instanceof OuraRateLimited ? Math.min(error.retryAfterMs ?? UNSAID_WAIT_MS, LONGEST_WAIT_MS) : 0;
  return giveBack(record, attempt, error, wait / 1000, parts);
};
