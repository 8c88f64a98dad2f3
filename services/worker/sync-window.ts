import pMap from 'p-map';
import type { FirstRecords } from '../../shared/aws/store/first-records.ts';
import type { Runs } from '../../shared/aws/store/runs.ts';
import { NightContended } from '../../shared/aws/store/sleep-table.ts';
import { canonicalJson } from '../../shared/core/canonical-json.ts';
import { DEFAULT_LOOK_BACK_DAYS } from '../../shared/core/choose-dates.ts';
import { iso } from '../../shared/core/clock.ts';
import type { DayRecords, NightCollection } from '../../shared/core/collections.ts';
import { addDays, type Day, dayIn } from '../../shared/core/day.ts';
import { asError, consequencesOf } from '../../shared/core/errors.ts';
import { type ArrivedNight, arrivalOf } from '../../shared/core/freshness.ts';
import { isPlain } from '../../shared/core/ledger.ts';
import type { Log } from '../../shared/core/log.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';
import { assembleNight, withdrawnNight } from '../../shared/core/night/assemble-night.ts';
import { completeNight, type Expectations } from '../../shared/core/night/complete-night.ts';
import {
  lacksPeriod,
  movedPeriods,
  vanishedNight,
  withWithdrawals,
} from '../../shared/core/night/withdrawn-periods.ts';
import { nextRecheck } from '../../shared/core/recheck-schedule.ts';
import type { Night, SleepRecord } from '../../shared/core/sleep-record.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { type FetchedDays, farthest, fetchDays } from '../../shared/oura/api/fetch-days.ts';
import { type FetchWindow, windowOf } from '../../shared/oura/api/fetch-windows.ts';
import { type DateToSync, type ExplainParts, explainEmpty, WRITES_AT_ONCE } from './explain-empty.ts';
import { daysBeside, withNeighbours } from './moved-days.ts';
import type { DateResult } from './work-batch.ts';

export interface SyncParts extends ExplainParts {
  readonly log: Log;
  readonly metrics: MetricSink;
  readonly runs: Pick<Runs, 'remark'>;
  readonly firstRecords: FirstRecords;
  /** The scopes of the grant whose token is in use; undefined if they are not known. */
  readonly scopes: () => readonly string[] | undefined;
}

/** Oura's response for a window, and what is stored of its dates and their neighbours. */
interface Answer {
  readonly askedAt: number;
  readonly fetched: FetchedDays;
  /** Of a new date, only if the response has no night. */
  readonly known: ReadonlyMap<Day, SleepRecord>;
  readonly expected: Expectations;
}

/**
 * Syncs one window: four requests, then each date separately. The result of a date whose night was stored is the failure of an
 * optional collection if that may pass. Throws errors that affect the whole window.
 */
export const syncWindow = async (
  window: FetchWindow,
  asked: readonly DateToSync[],
  client: OuraClient,
  parts: SyncParts,
): Promise<Map<Day, DateResult>> => {
  const askedAt = parts.clock.now();
  const isNew = new Set(asked.filter((entry) => entry.isNew).map(({ date }) => date));
  const [fetched, known] = await Promise.all([
    fetchDays(client, window),
    parts.sleepTable.get(withNeighbours(window.dates).filter((date) => !isNew.has(date))),
  ]);
  const beside = daysBeside(window.dates, known, fetched.dayOfPeriod);
  if (beside.size > 0) {
    const others = asked.flatMap((entry) =>
      [...beside].flatMap(([date, partner]) =>
        partner === entry.date ? [{ ...entry, date, isNew: false, announcedAt: null }] : [],
      ),
    );
    const dates = [...window.dates, ...others.map(({ date }) => date)].sort();
    return syncWindow(windowOf(dates), [...asked, ...others], client, parts);
  }
  await report(fetched, asked, parts);
  const expected = {
    today: dayIn(parts.timeZone, askedAt),
    scopes: parts.scopes(),
    firstRecords: await parts.firstRecords.include(fetched.firstRecords),
  };
  return settleDates(asked, { askedAt, fetched, known, expected }, client, parts);
};

/** Logs and counts what a response lacks. A record without a day is a remark of the runs that requested it. */
const report = async (
  { failures, denied, unattributable }: FetchedDays,
  asked: readonly DateToSync[],
  { log, metrics, runs }: SyncParts,
): Promise<void> => {
  if (denied.length > 0) log.warn('Oura denies collections: is a scope missing?', { denied });
  for (const [collection, failure] of failures) {
    if (!denied.includes(collection)) log.warn('Stored without a collection', { collection }, failure);
  }
  for (const { error } of unattributable) log.warn('A record without a day', {}, error);
  metrics.count('recordsWithoutDay', unattributable.length);
  if (unattributable.length === 0) return;
  const remarks = unattributable.map(({ error }) => error.message);
  await Promise.all([...new Set(asked.map(({ run_id }) => run_id))].map((id) => runs.remark(id, remarks)));
};

/**
 * Stores the nights and explains the empty dates. A night loses a period to another one only after that one has it, so that no
 * failure in between loses the period.
 */
const settleDates = async (
  asked: readonly DateToSync[],
  answer: Answer,
  client: OuraClient,
  parts: SyncParts,
): Promise<Map<Day, DateResult>> => {
  const { fetched, askedAt } = answer;
  const assembled = new Map(asked.map(({ date }) => [date, assemble(date, answer)] as const));
  // Another run may have stored a night since the plan, and Oura may have lost it since: "no data" would be wrong.
  const unread = asked.filter(({ date, isNew }) => isNew && assembled.get(date) === null);
  const met = await parts.sleepTable.get(unread.map(({ date }) => date));
  const known = new Map([...answer.known, ...met]);
  for (const night of met.values()) assembled.set(night.date, assembleMet(night, answer));
  const empty = asked.filter(({ date }) => assembled.get(date) === null && !known.has(date));
  const nights = new Map(
    [...assembled].flatMap(([date, night]) => (night && !(night instanceof Error) ? [[date, night]] : [])),
  );
  const passing = farthest(
    [...fetched.failures.values()].filter((failure) => consequencesOf(failure).retryable),
  );
  // Every other request would fail in the same way, so the reasons of the empty dates must wait.
  const restingFailure = passing && consequencesOf(passing).endsBatch ? passing : undefined;
  const explained = restingFailure
    ? new Map(empty.map(({ date }) => [date, restingFailure] as const))
    : await explainEmpty({ empty, fetched, nights, client, askedAt }, parts);

  const results = new Map<Day, DateResult>();
  const gainersOf = ({ date }: DateToSync): Day[] => {
    const stored = known.get(date);
    return stored ? [...movedPeriods(stored, fetched.dayOfPeriod).values()] : [];
  };
  const errorOf = (date: Day): Error | undefined =>
    [assembled.get(date), results.get(date)].find((each) => each instanceof Error && each !== passing) as
      | Error
      | undefined;
  const resultOf = async (entry: DateToSync): Promise<DateResult> => {
    const night = assembled.get(entry.date);
    const error = [entry.date, ...gainersOf(entry)].map(errorOf).find((each) => each !== undefined);
    if (error) return error;
    if (!night && !known.has(entry.date)) return explained.get(entry.date) ?? 'no_data';
    const outcome = await store(
      entry,
      night instanceof Error ? null : (night ?? null),
      { ...answer, known },
      parts,
    );
    const isIncomplete =
      night && !(night instanceof Error) && night.incomplete.some((each) => fetched.failures.has(each));
    return restingFailure ?? (isIncomplete ? passing : undefined) ?? outcome;
  };
  const settle = async (entry: DateToSync): Promise<void> => {
    results.set(entry.date, await resultOf(entry).catch(asError));
  };
  const isLosing = (entry: DateToSync): boolean => gainersOf(entry).length > 0;
  for (const entries of [asked.filter((entry) => !isLosing(entry)), asked.filter(isLosing)]) {
    await pMap(entries, settle, { concurrency: WRITES_AT_ONCE });
  }
  return results;
};

/** The night of a date, null if Oura has none or withholds it, or the error if its records are invalid. */
const assemble = (date: Day, { askedAt, fetched, known, expected }: Answer): Night | null | Error => {
  if (fetched.denied.includes('sleep')) return null;
  const records = fetched.days.get(date) as DayRecords;
  const stored = known.get(date);
  const { dayOfPeriod } = fetched;
  // A record without a day may be the missing one, so "no data", "vanished" and "withdrawn" would be guesses.
  const missing = fetched.unattributable.find(({ dates }) => dates.includes(date))?.error;
  if (missing && stored && lacksPeriod(stored, dayOfPeriod)) return missing;
  try {
    const night =
      stored && records.sleep.length === 0
        ? vanishedNight(stored, dayOfPeriod, iso(askedAt))
        : (assembleNight(date, records) ?? (stored ? withdrawnNight(date, records) : null));
    if (night === null) return missing ?? null;
    const failed: ReadonlySet<NightCollection> = new Set(fetched.failures.keys());
    const isPresent = night.vanished_since === null;
    const whole = stored && isPresent ? withWithdrawals(night, stored, dayOfPeriod) : night;
    return completeNight(whole, { records, failed }, stored, expected);
  } catch (error: unknown) {
    return asError(error);
  }
};

/**
 * Assembles a night that was not known when the window was fetched. If one of its periods has moved, its day may not have been
 * requested, so the next attempt must read the night first.
 */
const assembleMet = (stored: SleepRecord, answer: Answer): Night | null | Error => {
  const { date } = stored;
  if (movedPeriods(stored, answer.fetched.dayOfPeriod).size > 0) return new NightContended(date);
  return assemble(date, { ...answer, known: new Map([...answer.known, [date, stored]]) });
};

/**
 * Stores a night. Without one, because Oura withholds it, the stored night stays. The night of a new date needs no ledger entry if
 * it is plain, because {@link dayState} derives the entry from it.
 */
const store = async (
  entry: DateToSync,
  assembled: Night | null,
  answer: Answer,
  parts: SyncParts,
): Promise<DateResult> => {
  const { date, run_id, attempt, isNew } = entry;
  const { askedAt, known, expected } = answer;
  let before = known.get(date);
  let night = assembled;
  const again = (stored: SleepRecord): Night => {
    before = stored;
    const result = assembleMet(stored, answer);
    if (result instanceof Error) throw result;
    night = result ?? stored;
    return night;
  };
  const next_check_on = nextRecheck(date, expected.today);
  const settled = next_check_on === null;
  const arrival = isAwaited(entry, expected.today)
    ? { announced_at: entry.announcedAt, arrived_at: iso(parts.clock.now()) }
    : undefined;
  const put = night
    ? await parts.sleepTable.put(night, { askedAt, settled, known: before, arrival, again })
    : 'unchanged';
  const { incomplete = [], vanished_since = null } = night ?? before ?? {};
  const isCreated = put === 'stored' && before === undefined;
  if (!(isNew && isCreated && isPlain({ settled, incomplete, vanished_since }))) {
    await parts.days.stored(date, {
      run_id,
      attempts: attempt,
      at: askedAt,
      next_check_on,
      settled,
      incomplete,
      vanished_since,
    });
  }
  if (night) reportRemarks(night, before, parts);
  if (night && isCreated && arrival) reportArrival({ ...night, ...arrival }, parts);
  return put === 'stored' ? 'stored' : 'unchanged';
};

/** Whether a new night of the date says how fresh nights are. A night of a backfill, or one older than a look-back, does not. */
const isAwaited = ({ date, reason }: DateToSync, today: Day): boolean =>
  reason !== 'backfill' && date > addDays(today, -DEFAULT_LOOK_BACK_DAYS);

const reportArrival = (night: ArrivedNight, { metrics }: SyncParts): void => {
  metrics.count(night.announced_at === null ? 'nightsUnannounced' : 'nightsAnnounced', 1);
  const arrival = arrivalOf(night);
  if (arrival) metrics.seconds('nightDelay', arrival.delay_seconds);
};

/** Logs and counts the remarks that the stored night did not have yet. */
const reportRemarks = (night: Night, before: SleepRecord | undefined, { log, metrics }: SyncParts): void => {
  const old = new Set(before?.remarks.map((remark) => canonicalJson(remark)));
  const fresh = night.remarks.filter((remark) => !old.has(canonicalJson(remark)));
  metrics.count('remarks', fresh.length);
  if (fresh.length > 0)
    log.info('Remarks on a night', { date: night.date, kinds: fresh.map(({ kind }) => kind) });
};
