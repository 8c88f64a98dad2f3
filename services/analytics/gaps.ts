import { addDays, type Day, type DayRange, dayIn, daysFrom } from '../../shared/contract/day.ts';
import type { DayEntry } from '../../shared/contract/ledger.ts';

/** A date without a stored night: why, what that rests on, and what happens next. */
export interface GapRow {
  readonly date: Day;
  readonly state: 'no_data' | 'failed' | 'parked' | 'not_asked';
  /** `not_synced`, `not_worn`, `not_detected`, `scope_missing`; else the state itself. */
  readonly reason: string;
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
    /** Asks Oura for one date anew. */
    askFor(date: Day): string;
    /** Asks for everything parked again. */
    readonly redrive: string;
  };
}

/** The first day after `entry` was checked whose run still looks back as far as its date; null where none does. */
const nextCheck = (entry: DayEntry, { timeZone, lookBackDays }: GapContext): Day | null => {
  const next = addDays(dayIn(timeZone, Date.parse(entry.last_checked_at)), 1);
  return !entry.settled && entry.date > addDays(next, -lookBackDays) ? next : null;
};

const ADVICE: Readonly<Record<string, string>> = {
  not_synced: 'open the Oura app to sync the ring',
  scope_missing: 'reconnect and grant the scope',
};

const toRow = (entry: DayEntry, context: GapContext): GapRow => {
  const { date, attempts, settled, last_checked_at } = entry;
  const next_check_on = nextCheck(entry, context);
  const again = next_check_on === null ? undefined : `asked again on ${next_check_on}`;
  const common = { date, attempts, settled, last_checked_at };
  if (entry.state === 'no_data') {
    const advice = entry.reason === null ? undefined : ADVICE[entry.reason];
    const otherwise = settled ? 'settled: not asked again' : `${context.actions.askFor(date)} asks again`;
    return {
      ...common,
      state: 'no_data',
      reason: entry.reason ?? 'no_data',
      evidence: entry.evidence,
      cause: null,
      next_check_on,
      next: [advice, again ?? otherwise].filter(Boolean).join('; '),
    };
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
    next: state === 'parked' ? parkedAdvice(date, again, context) : 'tried again by its run',
  };
};

/** SQS drops a message at the end of its retention; the ledger still knows the date then, and asking anew is what is left. */
const parkedAdvice = (date: Day, again: string | undefined, context: GapContext): string => {
  const { redrive, askFor } = context.actions;
  return again ? `${again}, or ${redrive}` : `${redrive}; once its message has expired, ${askFor(date)}`;
};

const neverAsked = (date: Day, context: GapContext): GapRow => ({
  date,
  state: 'not_asked',
  reason: 'not_asked',
  evidence: null,
  cause: null,
  attempts: 0,
  settled: false,
  last_checked_at: null,
  next_check_on: null,
  next: `${context.actions.askFor(date)} asks for it`,
});

/**
 * Every date from `from` to `to` that has no stored night, oldest first. Without a range: from the first date that
 * anything is known of to the last one.
 */
export const findGaps = (
  stored: ReadonlySet<Day>,
  entries: ReadonlyMap<Day, DayEntry>,
  range: DayRange,
  context: GapContext,
): GapRow[] => {
  const known = [...stored, ...entries.keys()].sort();
  const from = range.from ?? known[0];
  const to = range.to ?? known.at(-1);
  if (from === undefined || to === undefined) return [];
  return daysFrom(from, to)
    .filter((date) => !stored.has(date))
    .map((date) => {
      const entry = entries.get(date);
      return entry && entry.state !== 'stored' ? toRow(entry, context) : neverAsked(date, context);
    });
};
