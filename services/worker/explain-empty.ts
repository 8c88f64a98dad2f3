import pMap from 'p-map';
import type { Days } from '../../shared/aws/store/days.ts';
import type { LatestDay } from '../../shared/aws/store/latest-day.ts';
import type { SleepTable } from '../../shared/aws/store/sleep-table.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { addDays, type Day, dayIn, earlierDay } from '../../shared/core/day.ts';
import { asError } from '../../shared/core/errors.ts';
import type { DayEntry } from '../../shared/core/ledger.ts';
import type { WorkMessage } from '../../shared/core/messages.ts';
import { explainGap, isFinal } from '../../shared/core/night/explain-gap.ts';
import { isSkippedDay, sleeperToday } from '../../shared/core/night/sleeper-day.ts';
import type { Night } from '../../shared/core/sleep-record.ts';
import type { OuraClient } from '../../shared/oura/api/client.ts';
import { type FetchedActivity, type FetchedDays, fetchActivity } from '../../shared/oura/api/fetch-days.ts';
import { isTooMuch } from '../../shared/oura/api/fetch-windows.ts';
import { findRecordUpTo, isOptionalFailure } from '../../shared/oura/api/find-record.ts';
import type { DateResult } from './work-batch.ts';

/** A date to sync, with its run and its attempt. */
export interface DateToSync {
  readonly date: Day;
  readonly reason: WorkMessage['reason'];
  readonly run_id: string;
  readonly attempt: number;
  /** Whether the planner found neither a night nor a ledger entry, so that the worker reads neither without a need. */
  readonly isNew: boolean;
  /** When Oura announced the date (ISO 8601, UTC); null if it did not. */
  readonly announcedAt: string | null;
}

export interface ExplainParts {
  readonly clock: Clock;
  readonly days: Days;
  readonly sleepTable: SleepTable;
  readonly newestNight: LatestDay;
  readonly noneBefore: LatestDay;
  readonly timeZone: string;
}

/** A window with dates for which Oura has no night. */
export interface EmptyWindow {
  readonly empty: readonly DateToSync[];
  readonly fetched: FetchedDays;
  /** The nights of the window's other dates. */
  readonly nights: ReadonlyMap<Day, Night>;
  readonly client: OuraClient;
  readonly askedAt: number;
}

/** Concurrent table writes. Each is a separate request, because only single writes can be conditional. */
export const WRITES_AT_ONCE = 10;

/**
 * Finds and records why the empty dates have no night. A date that is not over for the sleeper has no reason yet: it is
 * `not_over`. If a request for the reasons fails, each date that needs one gets that error.
 */
export const explainEmpty = async (
  window: EmptyWindow,
  parts: ExplainParts,
): Promise<Map<Day, DateResult>> => {
  if (window.empty.length === 0) return new Map();
  const newest = await newestNightOf(window, parts);
  const today = sleeperToday(newest.night, parts.timeZone, window.askedAt);
  const isOver = ({ date }: DateToSync) => date < today;
  const over = window.empty.filter(isOver);
  const record = await findReasons(over, window, newest.date, parts).catch(asError);
  const settle = async (entry: DateToSync): Promise<[Day, DateResult]> => {
    const { date, run_id, attempt } = entry;
    try {
      if (isOver(entry)) {
        // The nights of the window are not affected. Only the dates without a night must wait for their reason.
        if (record instanceof Error) return [date, record];
        await record(entry);
        return [date, 'no_data'];
      }
      const checked = { run_id, attempts: attempt, at: window.askedAt, next_check_on: null };
      await parts.days.notOver(date, checked);
      return [date, 'not_over'];
    } catch (error: unknown) {
      return [date, asError(error)];
    }
  };
  return new Map(await pMap(window.empty, settle, { concurrency: WRITES_AT_ONCE }));
};

type NewestNight = { readonly date: Day | undefined; readonly night: Night | undefined };

/** The newest night of the window or, if it is newer, of the table. */
const newestNightOf = async (
  { nights }: EmptyWindow,
  { newestNight, sleepTable }: ExplainParts,
): Promise<NewestNight> => {
  const stored = await newestNight.get();
  const fetched = [...nights.keys()].sort().at(-1);
  if (fetched !== undefined && (stored === undefined || fetched >= stored))
    return { date: fetched, night: nights.get(fetched) };
  return {
    date: stored,
    night: stored === undefined ? undefined : (await sleepTable.get([stored])).get(stored),
  };
};

/** Requests what explains the dates, and returns how to record the reason of one of them. */
const findReasons = async (
  over: readonly DateToSync[],
  window: EmptyWindow,
  newest: Day | undefined,
  parts: ExplainParts,
): Promise<(entry: DateToSync) => Promise<void>> => {
  const { fetched, nights, client } = window;
  const dates = over.map(({ date }) => date);
  if (dates.length === 0) return async () => {};
  const empty = new Set(window.empty.map(({ date }) => date));
  const beside = dates.flatMap((date) => [addDays(date, -1), addDays(date, 1)]);
  const [activity, before, stored] = await Promise.all([
    fetchActivity(client, dates),
    parts.days.get(over.filter(({ isNew }) => !isNew).map(({ date }) => date)),
    parts.sleepTable.get([...new Set(beside)].filter((date) => !nights.has(date) && !empty.has(date))),
  ]);
  const denied = [...fetched.denied, ...activity.denied];
  const firstRecord = await firstRecordAmong(dates, activity, window, newest, parts);
  const nightOf = (date: Day) => nights.get(date) ?? stored.get(date);
  return async (entry) => {
    const { date } = entry;
    const gap = explainGap({
      activity: activity.days.get(date),
      denied,
      hasRestPeriods: (fetched.days.get(date)?.sleep.length ?? 0) > 0,
      isSkipped: isSkippedDay(nightOf(addDays(date, -1)), nightOf(addDays(date, 1))),
      isBeforeFirstRecord: firstRecord !== undefined && date < firstRecord,
    });
    await recordReason(entry, gap, before.get(date), window.askedAt, parts);
  };
};

/**
 * The day of the account's first record, if some of the dates are earlier; undefined if none is, or if that is not known.
 * An account without any record has no first one: its ring may sync its first nights later.
 */
const firstRecordAmong = async (
  dates: readonly Day[],
  activity: FetchedActivity,
  { fetched, client }: EmptyWindow,
  newest: Day | undefined,
  { noneBefore }: ExplainParts,
): Promise<Day | undefined> => {
  const withRecords = [...fetched.days].flatMap(([date, records]) =>
    Object.values(records).some((list) => list.length > 0) ? [date] : [],
  );
  const known = [...withRecords, ...activity.days.keys(), ...(newest === undefined ? [] : [newest])];
  let first = known.length === 0 ? undefined : known.reduce(earlierDay);
  const lastBefore = () =>
    dates
      .filter((date) => first !== undefined && date < first)
      .reduce((one, other) => (one > other ? one : other), '');
  let last = lastBefore();
  if (last === '') return undefined;
  const none = await noneBefore.get();
  // A record that Oura has received since shows that the stored day no longer holds.
  if (none !== undefined && last < none && none <= (first ?? none)) return first;
  try {
    while (last !== '') {
      const found = await findRecordUpTo(client, last);
      if (found === undefined) {
        await noneBefore.advance(addDays(last, 1));
        return first;
      }
      first = found;
      last = lastBefore();
    }
    return undefined;
  } catch (error: unknown) {
    // Oura does not answer for so many years at once or for an optional collection, so nothing is said about the first record.
    if (isTooMuch(error) || isOptionalFailure(error)) return undefined;
    throw error;
  }
};

/**
 * Records the reason of a date. Two equal answers a day apart settle it. A reason that the user can change (by opening the
 * app or granting a scope) is never settled: every run requests the date again while it is in the look-back.
 */
const recordReason = async (
  { date, run_id, attempt }: DateToSync,
  { reason, evidence }: ReturnType<typeof explainGap>,
  earlier: DayEntry | undefined,
  askedAt: number,
  { days, timeZone }: ExplainParts,
): Promise<void> => {
  const since =
    earlier?.state === 'no_data' && earlier.reason === reason && earlier.reason_since !== null
      ? // A clock that was ahead does not postpone the second answer.
        Math.min(Date.parse(earlier.reason_since), askedAt)
      : askedAt;
  const changeable = reason === 'not_synced' || reason === 'scope_missing';
  const isConfirmed = !changeable && dayIn(timeZone, since) < dayIn(timeZone, askedAt);
  await days.noData(date, {
    run_id,
    attempts: attempt,
    at: askedAt,
    next_check_on: null,
    reason,
    evidence,
    settled: isFinal(reason) || isConfirmed,
    since,
  });
};
