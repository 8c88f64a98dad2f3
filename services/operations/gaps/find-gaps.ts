import {
  addDays,
  type Day,
  type DayRange,
  dayIn,
  daysFrom,
  earlierDay,
  laterDay,
} from '../../../shared/core/day.ts';
import { type DayEntry, isNoDataReason, type NoDataReason } from '../../../shared/core/ledger.ts';

/** A date without a stored night: why, what that rests on, and what happens next. */
export interface GapRow {
  readonly date: Day;
  readonly state: 'no_data' | 'failed' | 'parked' | 'not_asked';
  /** Why Oura has no data, where it does not and the reason is known; else the state itself. */
  readonly reason: NoDataReason | 'no_data' | 'failed' | 'parked' | 'not_asked';
  /** What the reason rests on: a sentence without health values. */
  readonly evidence: string | null;
  /** Class of the error, where one was the reason. */
  readonly cause: string | null;
  readonly attempts: number;
  readonly settled: boolean;
  readonly last_checked_at: string | null;
  /** The first day whose run asks again by itself; null where none does. */
  readonly next_check_on: Day | null;
  /** What happens next, or what the user can do. */
  readonly next: string;
}

export interface GapContext {
  readonly timeZone: string;
  readonly lookBackDays: number;
  /** What the reader can do, in the words of whoever shows the gaps: a command to paste, or a button to press. */
  readonly actions: {
    /** Asks Oura for the dates anew. */
    askFor(from: Day, to: Day): string;
    /** Asks for everything parked again. */
    readonly redrive: string;
  };
}

/** The first day after `entry` was checked whose run still looks back as far as its date; null where none does. */
const nextCheck = (entry: DayEntry, { timeZone, lookBackDays }: GapContext): Day | null => {
  const next = addDays(dayIn(timeZone, Date.parse(entry.last_checked_at)), 1);
  return !entry.settled && entry.date > addDays(next, -lookBackDays) ? next : null;
};

/** What a person can do about a reason; null where nothing. */
const ADVICE: Readonly<Record<GapRow['reason'], string | null>> = {
  not_synced: 'open the Oura app to sync the ring',
  scope_missing: 'reconnect and grant the scope',
  not_worn: null,
  not_detected: null,
  no_data: null,
  failed: null,
  parked: null,
  not_asked: null,
};

/** A row but for what comes next. */
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
  const state = entry.state === 'parked' ? 'parked' : 'failed';
  return {
    ...common,
    state,
    reason: state,
    evidence: entry.last_error?.message ?? null,
    cause: entry.last_error?.name ?? null,
    // A failed date is tried again by its own message, within the run.
    next_check_on: state === 'parked' ? next_check_on : null,
  };
};

const neverAsked = (date: Day): GapFacts => ({
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

/** What happens next with the dates from `from` to `to`, of which the same is known. */
const nextOf = (
  { state, reason, settled, next_check_on }: GapFacts,
  [from, to]: readonly [Day, Day],
  { actions: { askFor, redrive } }: GapContext,
): string => {
  const again = next_check_on === null ? undefined : `asked again on ${next_check_on}`;
  switch (state) {
    case 'no_data': {
      const otherwise = settled ? 'settled: not asked again' : `${askFor(from, to)} asks again`;
      return [ADVICE[reason], again ?? otherwise].filter(Boolean).join('; ');
    }
    case 'parked':
      // SQS drops a message at the end of its retention; the ledger still knows the date then, and asking anew is what is left.
      return again
        ? `${again}, or ${redrive}`
        : `${redrive}; once its message has expired, ${askFor(from, to)}`;
    case 'failed':
      return 'tried again by its run';
    default:
      return `${askFor(from, to)} asks for ${from === to ? 'it' : 'them'}`;
  }
};

/**
 * Every date from `from` to `to` that has no stored night, oldest first. Without a range: from the first date that
 * anything is known of to the last one; what is given widens that where it lies outside.
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
  return daysFrom(from, to)
    .filter((date) => !stored.has(date))
    .map((date) => {
      const entry = entries.get(date);
      const facts = entry && entry.state !== 'stored' ? factsOf(entry, context) : neverAsked(date);
      return { ...facts, next: nextOf(facts, [date, date], context) };
    });
};

/** Dates in a row of which the same is known: years before the ring are one line. */
export interface GapRange extends Omit<GapRow, 'date' | 'attempts' | 'last_checked_at'> {
  readonly from: Day;
  readonly to: Day;
  /** How many dates. */
  readonly dates: number;
}

const isSame = (one: GapFacts, other: GapFacts): boolean =>
  (['state', 'reason', 'evidence', 'cause', 'settled', 'next_check_on'] as const).every(
    (fact) => one[fact] === other[fact],
  );

/** @param rows as {@link findGaps} gives them */
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
