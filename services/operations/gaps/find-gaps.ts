import {
  addDays,
  type Day,
  type DayRange,
  dayIn,
  daysFrom,
  earlierDay,
  laterDay,
} from '../../../shared/core/day.ts';
import {
  type DayEntry,
  hasVanished,
  isNoDataReason,
  type NoDataReason,
} from '../../../shared/core/ledger.ts';

/** A date without a stored night, or with one that Oura no longer has. */
export interface GapRow {
  readonly date: Day;
  readonly state: 'no_data' | 'accepted' | 'failed' | 'parked' | 'not_asked' | 'vanished';
  /** Why Oura has no data, if known; else the state. */
  readonly reason: NoDataReason | GapRow['state'];
  /** A sentence that supports the reason, without health values. */
  readonly evidence: string | null;
  /** The name of the error if there was one. */
  readonly cause: string | null;
  readonly attempts: number;
  readonly settled: boolean;
  readonly last_checked_at: string | null;
  /** The next day whose run requests the date again; null if none does. */
  readonly next_check_on: Day | null;
  /** What happens next, or what the user can do. */
  readonly next: string;
}

export interface GapContext {
  readonly timeZone: string;
  /** Today where the sleeper is. */
  readonly today: Day;
  readonly lookBackDays: number;
  /** What the reader can do, as imperatives: a command to run, or a button to click. */
  readonly actions: {
    request(from: Day, to: Day): string;
    /** Redrives every parked message. */
    readonly redrive: string;
  };
}

/** The day after the last check, if the look-back of its run still includes the date; else null. */
const nextCheck = (entry: DayEntry, { timeZone, lookBackDays }: GapContext): Day | null => {
  const next = addDays(dayIn(timeZone, Date.parse(entry.last_checked_at)), 1);
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
  parked: null,
  not_asked: null,
  vanished: null,
};

/** Null if `day` has begun: no run has requested the date on it. */
const laterThan = (today: Day, day: Day | null): Day | null => (day !== null && day > today ? day : null);

type GapFacts = Omit<GapRow, 'next'>;

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

const notRequested = (date: Day): GapFacts => ({
  date,
  state: 'not_asked',
  reason: 'not_asked',
  evidence: null,
  cause: null,
  attempts: 0,
  settled: false,
  last_checked_at: null,
  next_check_on: null,
});

/** What happens next with a range of dates that have the same facts. */
const nextOf = (
  { state, reason, settled, next_check_on }: GapFacts,
  [from, to]: readonly [Day, Day],
  { actions: { request, redrive } }: GapContext,
): string => {
  const again = next_check_on === null ? undefined : `requested again on ${next_check_on}`;
  const them = from === to ? 'it' : 'them';
  switch (state) {
    case 'no_data':
    case 'accepted':
    case 'vanished': {
      const otherwise = settled
        ? 'settled: not requested again'
        : `to request ${them} again, ${request(from, to)}`;
      return [ADVICE[reason], again ?? otherwise].filter(Boolean).join('; ');
    }
    case 'parked':
      // SQS deletes a message after its retention. Only the ledger knows the date then, so it must be requested again.
      return again ? `${again}, or ${redrive}` : `${redrive}; if nothing is parked, ${request(from, to)}`;
    case 'failed':
      return 'its run retries it';
    default:
      return `to request ${them}, ${request(from, to)}`;
  }
};

/**
 * Returns every date from `from` to `to` that is over for the sleeper and has no stored night, or one that vanished at Oura,
 * oldest first. A date that is not over is included only if requesting it failed. A missing bound is the first or last known
 * date; a given bound beyond the known dates widens the range.
 */
export const findGaps = (
  stored: ReadonlySet<Day>,
  entries: ReadonlyMap<Day, DayEntry>,
  range: DayRange,
  context: GapContext,
): GapRow[] => {
  const known = [...stored, ...entries.keys()].sort();
  const [first, last] = [known[0] ?? range.from ?? range.to, known.at(-1) ?? range.to ?? range.from];
  if (first === undefined || last === undefined) return [];
  const from = range.from ?? earlierDay(first, range.to ?? first);
  const to = range.to ?? laterDay(last, from);
  return daysFrom(from, to).flatMap((date): GapRow[] => {
    const entry = entries.get(date);
    const isVanished = entry !== undefined && hasVanished(entry);
    if (stored.has(date) && !isVanished) return [];
    const isFailed = entry?.state === 'failed' || entry?.state === 'parked';
    if (date >= context.today && !isFailed) return [];
    // Neither state says why the date has no night.
    const isExplained = entry && (entry.state !== 'stored' || isVanished) && entry.state !== 'not_over';
    const facts = isExplained ? factsOf(entry, context) : notRequested(date);
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
    if (group && before && addDays(before.date, 1) === row.date && isSame(before, row)) group.push(row);
    else groups.push([row]);
  }
  return groups.map((group) => {
    const { date: from, attempts: _attempts, last_checked_at: _lastCheckedAt, ...facts } = group[0];
    const to = group.at(-1)?.date ?? from;
    return { ...facts, from, to, dates: group.length, next: nextOf(group[0], [from, to], context) };
  });
};
