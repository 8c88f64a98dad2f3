import type { SQSRecord } from 'aws-lambda';
import { announcedAtOf, isNewDate } from '../../shared/aws/queue/message-attributes.ts';
import { parseWorkMessage } from '../../shared/aws/queue/parse-work-message.ts';
import { settleEach } from '../../shared/aws/runtime/settle-each.ts';
import type { OpenRun, Runs } from '../../shared/aws/store/runs.ts';
import { type Day, dayIn } from '../../shared/core/day.ts';
import { consequencesOf, describeError, waitMsOf } from '../../shared/core/errors.ts';
import { dayState, type Outcome, outcomesOf } from '../../shared/core/ledger.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import type { Share } from '../../shared/oura/pace/request-pace.ts';
import { keepAccepted } from './keep-accepted.ts';
import { isRetried, type RequeueParts, requeue, sendToDeadLetterQueue } from './requeue.ts';
import { type SyncBatchParts, syncBatch } from './sync-batch.ts';
import type { DateResult, WorkItem } from './work-batch.ts';

export interface WorkerParts extends SyncBatchParts, RequeueParts {
  readonly runs: Runs;
  /** Returns the number of requests that this invocation has sent to Oura since the last call. */
  readonly takeRequests: () => number;
  /** Completes the waiting task of a run if no date is pending. */
  readonly completeIfDone: (open: OpenRun) => Promise<boolean>;
}

/**
 * Settles a batch of work messages. Returns one promise per record, in order, as the partial-batch middleware requires.
 * Fulfilled: the date is settled, or the message was copied to the dead-letter queue. Rejected: SQS delivers it again.
 */
export const settleBatch = async (
  records: readonly SQSRecord[],
  clients: Readonly<Record<Share, OuraClient>>,
  parts: WorkerParts,
): Promise<PromiseSettledResult<void>[]> => {
  const parsed = records.map((record) => parse(record));
  const items = parsed.filter((item): item is WorkItem => !(item instanceof Error));
  const runs = await openRuns(items, parts);
  const settledBefore = settledItems(items, runs);
  const left = items.filter((item) => !settledBefore.has(item));
  const results = new Map<WorkItem, DateResult>();
  // Window by window, so that after a crash in mid-batch, the next delivery repeats only the unfinished windows.
  for await (const window of syncBatch(left, clients, parts)) {
    const settled = await keepAccepted(await resultsOf(left, window, runs, parts), parts);
    for (const [item, result] of settled) results.set(item, result);
    await settleRuns(settled, parts);
  }
  await completeRuns(items, left, runs, parts);
  // The same delay for all failures: dates that return one by one would each need a window of five requests.
  const drawn = parts.random();
  const together = { ...parts, random: () => drawn };
  return settleEach(parsed, async (item, index) => {
    const record = records[index] as SQSRecord;
    if (item instanceof Error) {
      parts.log.error('A malformed message', { message_id: record.messageId }, item);
      parts.metrics.count('malformedMessages', 1);
      return sendToDeadLetterQueue(record, attemptOf(record), item, parts);
    }
    // The same date may have failed for another run, which does not concern this message.
    if (settledBefore.has(item)) return undefined;
    const result = results.get(item);
    return result instanceof Error ? fail(item, result, together) : undefined;
  });
};

const attemptOf = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);

const parse = (record: SQSRecord): WorkItem | Error => {
  try {
    const attempt = attemptOf(record);
    const isNew = attempt === 1 && isNewDate(record.messageAttributes);
    const announcedAt = announcedAtOf(record.messageAttributes);
    return { record, message: parseWorkMessage(record.body), attempt, isNew, announcedAt };
  } catch (error: unknown) {
    return error as Error;
  }
};

/** The current state of the batch's runs. An expired run is missing, and its dates are synced anyway. */
const openRuns = async (items: readonly WorkItem[], { runs }: WorkerParts): Promise<Map<string, OpenRun>> => {
  const ids = [...new Set(items.map(({ message }) => message.run_id))];
  const open = await Promise.all(ids.map((id) => runs.get(id)));
  return new Map(open.flatMap((run) => (run ? [[run.run.run_id, run]] : [])));
};

/** The items with a date that its run has already settled or found not to be over. A repeated delivery thus sends no request to Oura. */
const settledItems = (
  items: readonly WorkItem[],
  runs: ReadonlyMap<string, OpenRun>,
): ReadonlySet<WorkItem> => {
  const settled = new Map(
    [...runs].map(([run_id, { run }]) => {
      const { stored, unchanged, no_data } = outcomesOf(run);
      return [run_id, new Set([...stored, ...unchanged, ...no_data, ...run.not_over])] as const;
    }),
  );
  return new Set(items.filter(({ message }) => settled.get(message.run_id)?.has(message.date)));
};

/**
 * The results of a window by item. The night may have been stored already since the run began: then the date ends as
 * `stored`, although this attempt changed nothing, and it ends so even if an optional collection failed until the last attempt.
 */
const resultsOf = async (
  items: readonly WorkItem[],
  window: ReadonlyMap<Day, DateResult>,
  runs: ReadonlyMap<string, OpenRun>,
  { days, sleepTable, maxReceiveCount }: WorkerParts,
): Promise<Map<WorkItem, DateResult>> => {
  const results = new Map(
    items.flatMap((item): [WorkItem, DateResult][] => {
      const result = window.get(item.message.date);
      return result === undefined ? [] : [[item, result]];
    }),
  );
  const isLastFailure = (result: DateResult, { attempt }: WorkItem): boolean =>
    result instanceof Error &&
    consequencesOf(result).retryable &&
    !isRetried(result, attempt, maxReceiveCount);
  const inDoubt = [...results].filter(
    ([item, result]) => (result === 'unchanged' && item.attempt > 1) || isLastFailure(result, item),
  );
  const dates = [...new Set(inDoubt.map(([{ message }]) => message.date))];
  if (dates.length === 0) return results;
  const [entries, nights] = await Promise.all([days.get(dates), sleepTable.get(dates)]);
  for (const [item] of inDoubt) {
    const { date, run_id } = item.message;
    const night = nights.get(date);
    const entry = dayState(night, entries.get(date));
    const begun = runs.get(run_id)?.run.started_at;
    const updated = night?.updated_at;
    if (entry?.state !== 'stored' || updated === undefined) continue;
    // Another run may have stored it since, with a message in the same batch or in another worker.
    const isOfRun = entry.run_id === run_id || (begun !== undefined && entry.last_checked_at >= begun);
    if (!isOfRun) continue;
    results.set(item, begun !== undefined && updated >= begun ? 'stored' : 'unchanged');
  }
  return results;
};

/**
 * Writes the outcomes of a window to each run, in one update per run, and completes the runs without pending dates.
 * If a window serves several runs, its requests count for the first one.
 */
const settleRuns = async (results: ReadonlyMap<WorkItem, DateResult>, parts: WorkerParts): Promise<void> => {
  let requests = parts.takeRequests();
  for (const run_id of new Set([...results.keys()].map(({ message }) => message.run_id))) {
    const outcomes: Partial<Record<Outcome | 'not_over', Day[]>> = {};
    for (const [{ message }, result] of results) {
      if (message.run_id !== run_id || result instanceof Error) continue;
      const dates = outcomes[result] ?? [];
      dates.push(message.date);
      outcomes[result] = dates;
    }
    const settled = Object.keys(outcomes).length > 0;
    const newest = [...(outcomes.stored ?? []), ...(outcomes.unchanged ?? [])].sort().at(-1);
    if (newest !== undefined) await parts.newestNight.advance(newest);
    if (settled || requests > 0) {
      const open = await parts.runs.settle(run_id, outcomes, requests);
      if (open) await parts.completeIfDone(open);
    }
    requests = 0;
    parts.metrics.count('datesStored', outcomes.stored?.length ?? 0);
    parts.metrics.count('datesUnchanged', outcomes.unchanged?.length ?? 0);
    parts.metrics.count('datesWithoutData', outcomes.no_data?.length ?? 0);
    if (settled) parts.log.info('Settled', { run_id, ...outcomes });
  }
};

/** Completes runs that an earlier delivery settled. It may have crashed between the ledger and the callback. */
const completeRuns = async (
  items: readonly WorkItem[],
  left: readonly WorkItem[],
  runs: ReadonlyMap<string, OpenRun>,
  parts: WorkerParts,
): Promise<void> => {
  const served = new Set(left.map(({ message }) => message.run_id));
  for (const run_id of new Set(items.map(({ message }) => message.run_id))) {
    const open = runs.get(run_id);
    if (open && !served.has(run_id)) await parts.completeIfDone(open);
  }
};

/**
 * Requeues the message of a failed date, or moves it to the dead-letter queue if no attempt is left or none helps. A date
 * that has only begun further east then leaves its run instead: it may have no night yet, and the next run requests it.
 */
const fail = async (item: WorkItem, error: Error, parts: WorkerParts): Promise<void> => {
  const { record, message, attempt } = item;
  const { run_id, date } = message;
  const retried = isRetried(error, attempt, parts.maxReceiveCount);
  const checked = { run_id, attempts: attempt, at: parts.clock.now(), next_check_on: null };
  const isAhead = date > dayIn(parts.timeZone, checked.at);
  const isGivenUp = !retried && !isAhead;
  parts.log[isGivenUp ? 'error' : 'warn'](
    isGivenUp ? 'A date failed' : 'A date will be tried again',
    { run_id, date, attempt },
    error,
  );
  if (!isAhead) await parts.days.failed(date, { ...checked, state: 'failed', error: describeError(error) });
  parts.metrics.count(isGivenUp ? 'datesFailed' : 'datesRetried', 1);
  if (retried) return requeue(record, attempt, error, waitMsOf(error) / 1000, parts);
  if (isGivenUp) return sendToDeadLetterQueue(record, attempt, error, parts);
  await parts.days.notOver(date, checked);
  return settleRuns(new Map([[item, 'not_over']]), parts);
};
