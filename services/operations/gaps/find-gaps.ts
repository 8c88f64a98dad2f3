import {
  addDays,
  type Day,
  type DayRange,
  dayIn,
  daysFrom,
  earlierDay,
  laterDay,
} from '../../../shared/core/day.ts';
import { type DayEntry, hasVanished, isNoDataReason } from '../../../shared/core/ledger.ts';
import type { Actions, SyncState } from '../status/sync-state.ts';
import type { GapRow } from './gap-row.ts';

export interface GapContext {
  readonly timeZone: string;
  /** Today where the sleeper is. */
  readonly today: Day;
  readonly lookBackDays: number;
  /** Epoch ms. */
  readonly now: number;
  readonly state: Pick<SyncState, 'process' | 'nextRun' | 'dates'>;
  /** What the reader can do, as imperatives: a command to run, or a button to click. */
  readonly actions: Pick<Actions, 'request' | 'requestAgain' | 'redrive' | 'start' | 'afterConnect'> & {
    /** Replaces every other advice; null if Oura does not deny access. */
    readonly connect: string | null;
  };
}

/** The day after the last check, if the look-back of its run still includes the date; else null. */
const nextCheck = (entry: DayEntry, { timeZone, lookBackDays, now }: GapContext): Day | null => {
  // A clock that was ahead has not postponed the check.
  const checked = Math.min(Date.parse(entry.last_checked_at), now);
  const next = addDays(dayIn(timeZone, checked), 1);
  return !entry.settled && entry.date > addDays(next, -lookBackDays) ? next : null;
};

/** What a person can do about a reason. */
const ADVICE: Readonly<Record<GapRow['reason'], string | null>> = {
  not_synced: 'open the Oura app to sync the ring',
  scope_missing: 'reconnect and grant the scope',
  not_worn: null,
  not_detected: null,
  before_first_record: null,
  skipped_day: null,
  no_data: null,
  accepted: null,
  failed: null,
  waiting: null,
  parked: null,
  not_asked: null,
  not_over: null,
  missing: null,
  vanished: null,
};

/** Null if `day` has begun: no run has requested the date on it. */
const laterThan = (today: Day, day: Day | null): Day | null => (day !== null && day > today ? day : null);

type GapFacts = Omit<GapRow, 'next'>;

/** A date that the ledger does not explain. */
const bareFacts = (date: Day, state: 'not_asked' | 'waiting' | 'missing'): GapFacts => ({
  date,
  state,
  reason: state,
  evidence: state === 'missing' ? 'the ledger has it as stored, but the table does not have it' : null,
  cause: null,
  attempts: 0,
  settled: false,
  last_checked_at: null,
  next_check_on: null,
});

const factsOf = (entry: DayEntry, context: GapContext): GapFacts => {
  const { date, attempts, settled, last_checked_at } = entry;
  const next_check_on = nextCheck(entry, context);
  const common = { date, attempts, settled, last_checked_at };
  if (entry.state === 'no_data') {
    const { evidence } = entry;
    const reason = isNoDataReason(entry.reason) ? entry.reason : 'no_data';
    return { ...common, state: 'no_data', reason, evidence, cause: null, next_check_on };
  }
  if (entry.state === 'accepted' && entry.accepted) {
    const { name, message, at } = entry.accepted;
    return {
      ...common,
      state: 'accepted',
      reason: 'accepted',
      evidence: `accepted on ${dayIn(context.timeZone, Date.parse(at))}: ${message}`,
      cause: name,
      // After the look-back, runs request it at the ages of the re-reads.
      next_check_on: next_check_on ?? laterThan(context.today, entry.next_check_on),
    };
  }
  if (entry.state === 'not_over') {
    const evidence = 'when it was requested, the date was not over, and Oura had no night yet';
    return { ...common, state: 'not_over', reason: 'not_over', evidence, cause: null, next_check_on };
  }
  if (entry.vanished_since !== null) {
    const evidence = `no record since ${dayIn(context.timeZone, Date.parse(entry.vanished_since))}; the stored night is kept`;
    return { ...common, state: 'vanished', reason: 'vanished', evidence, cause: null, next_check_on };
  }
  const state = entry.state === 'parked' ? 'parked' : 'failed';
  return {
    ...common,
    state,
    reason: state,
    evidence: entry.last_error?.message ?? null,
    cause: entry.last_error?.name ?? null,
    // The run retries a failed date by its own message.
    next_check_on: state === 'parked' ? next_check_on : null,
  };
};

/** What happens next with a range of dates that have the same facts. */
const nextOf = (
  { date, state, reason, settled, next_check_on }: GapFacts,
  [from, to]: readonly [Day, Day],
  { actions, today, lookBackDays, state: { process, nextRun, dates } }: GapContext,
): string => {
  const { connect, start, redrive, request, requestAgain, afterConnect } = actions;
  const isRunning = process?.consumes === true;
  const them = from === to ? 'it' : 'them';
  const next =
    next_check_on === null
      ? undefined
      : (connect ??
        (isRunning ? `requested again on ${next_check_on}` : `to request ${them} again, ${start}`));
  const idle = `nothing is running: ${start}`;
  const ask = `to request ${them}, ${afterConnect(request(from, to))}`;
  // Without this, a command leaves out what Oura has answered today.
  const askAgain = `to request ${them} again, ${afterConnect(requestAgain(from, to))}`;
  switch (state) {
    case 'no_data':
    case 'accepted':
    case 'vanished': {
      if (settled && next === undefined) return 'settled: not requested again';
      const advice = connect === null || reason === 'scope_missing' ? ADVICE[reason] : null;
      return [advice, next ?? askAgain].filter(Boolean).join('; ');
    }
    case 'waiting':
      return connect ?? (isRunning ? `${from === to ? 'its' : 'their'} run continues` : idle);
    case 'parked':
      // SQS deletes a message after its retention. Only the ledger knows the date then, so it must be requested again.
      if (dates.expired.has(date)) return `its message is lost; ${next ?? askAgain}`;
      return next && connect === null ? `${next}, or ${redrive}` : afterConnect(redrive);
    case 'failed':
      if (dates.unretried.has(date)) return askAgain;
      return connect ?? (isRunning ? 'its run retries it' : idle);
    default:
      return connect === null && isRunning && nextRun !== null && date > addDays(today, -lookBackDays)
        ? `the next sync requests ${them}`
        : ask;
  }
};

/**
 * Returns every date from `from` to `to` that is over for the sleeper and has no stored night, or one that vanished at Oura,
 * oldest first. A date that is not over is included only if requesting it failed. Without a first bound, the range begins with
 * the first known date. Without a last one, it ends with the last day that is over, or a later known date. A given bound beyond
 * these widens the range.
 */
export const findGaps = (
  stored: ReadonlySet<Day>,
  entries: ReadonlyMap<Day, DayEntry>,
  range: DayRange,
  context: GapContext,
): GapRow[] => {
  const { waiting, missing } = context.state.dates;
  const known = [...stored, ...entries.keys(), ...waiting, ...missing].sort();
  const [first, last] = [known[0] ?? range.from ?? range.to, known.at(-1) ?? range.to ?? range.from];
  if (first === undefined || last === undefined) return [];
  const from = range.from ?? earlierDay(first, range.to ?? first);
  const to = range.to ?? laterDay(laterDay(last, addDays(context.today, -1)), from);
  return daysFrom(from, to).flatMap((date): GapRow[] => {
    const entry = entries.get(date);
    const isVanished = entry !== undefined && hasVanished(entry);
    if (stored.has(date) && !isVanished) return [];
    const isFailed = entry?.state === 'failed' || entry?.state === 'parked';
    if (date >= context.today && !isFailed) return [];
    const isExplained = entry && (entry.state !== 'stored' || isVanished);
    const isWaiting = waiting.has(date) && !isFailed && !isVanished;
    const bare = isWaiting
      ? 'waiting'
      : missing.has(date)
        ? 'missing'
        : isExplained
          ? undefined
          : 'not_asked';
    const facts = bare ? bareFacts(date, bare) : factsOf(entry as DayEntry, context);
    return [{ ...facts, next: nextOf(facts, [date, date], context) }];
  });
};

/** Consecutive dates with the same facts: the years before the ring are one line. */
export interface GapRange extends Omit<GapRow, 'date' | 'attempts' | 'last_checked_at'> {
  readonly from: Day;
  readonly to: Day;
  /** The number of dates. */
  readonly dates: number;
}

const isSame = (one: GapFacts, other: GapFacts): boolean =>
  (['state', 'reason', 'evidence', 'cause', 'settled', 'next_check_on'] as const).every(
    (fact) => one[fact] === other[fact],
  );

/** Groups the rows of {@link findGaps}. */
export const gapRanges = (rows: readonly GapRow[], context: GapContext): GapRange[] => {
  const groups: [GapRow, ...GapRow[]][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const adviceOn = (gap: GapRow) => nextOf(gap, [row.date, row.date], context);
    const isNext = before && addDays(before.date, 1) === row.date;
    if (group && isNext && isSame(before, row) && adviceOn(before) === adviceOn(row)) group.push(row);
    else groups.push([row]);
  }
  return groups.map((group) => {
    const { date: from, attempts: _attempts, last_checked_at: _lastCheckedAt, ...facts } = group[0];
    const to = group.at(-1)?.date ?? from;
    return { ...facts, from, to, dates: group.length, next: nextOf(group[0], [from, to], context) };
  });
};
