import { causeSentence } from '../../../shared/core/causes.ts';
import { addDays, type Day, dayIn, MS_PER_DAY, newestDay } from '../../../shared/core/day.ts';
import { type DayEntry, outcomesOf, type Run, SUCCESSFUL, statusOf } from '../../../shared/core/ledger.ts';
import { isExtra } from '../../../shared/core/messages.ts';
import type { Morning } from '../../../shared/core/night/wake-up-time.ts';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { plural } from '../../../shared/core/text.ts';
import type { ReconnectNeeded } from '../credentials/reconnect.ts';
import { type Actions, ON_AWS, remedyOf } from './actions.ts';
import { PROBLEM_IDS, type Problem, type QueueDepths, type ServingProcess } from './pipeline-state.ts';

const HOUR_MS = 3_600_000;
/** A ledger entry of a later time than this is not of a clock that differs a little. */
const MOST_SKEW_MS = 5 * 60_000;
/** How long after the usual wake-up time a night is expected: the phone syncs the ring when the app is opened. */
const NIGHT_DUE_MS = 3 * HOUR_MS;
/** A message that is being parked may be counted in neither queue, and the counts of SQS lag by a minute. */
const COUNTS_SETTLE_MS = 5 * 60_000;

/** What the caller knows, and the tables and queues do not. */
export interface Situation {
  /** The process that serves the data folder, this one included; null if there is none. ON_AWS for a deployed stack. */
  readonly process: ServingProcess | null;
  /** When the schedule next starts a run (ISO 8601); null if none is scheduled. */
  readonly nextRun: string | null;
  /** The setting: how long a stack may be without a successful run. */
  readonly longestSilenceHours: number;
  /** Since when the data folder exists (ISO 8601): silence before the first run counts from then. Null for a deployed stack. */
  readonly begun: string | null;
  /** Returns the command that runs a script of package.json on this stack. */
  command(script: string, ...options: string[]): string;
  /** The problems that only the files of a data folder show. */
  readonly folder: readonly Problem[];
}

/** What the tables and queues say at one time. */
export interface Facts {
  /** Epoch ms. */
  readonly now: number;
  readonly timeZone: string;
  readonly lookBackDays: number;
  readonly queues: QueueDepths;
  /** How long the parked queue keeps a message. */
  readonly retentionMs: number;
  /** Newest first. */
  readonly runs: readonly Run[];
  /** The names of the running executions. */
  readonly executing: ReadonlySet<string>;
  /** Every entry of the ledger. */
  readonly entries: ReadonlyMap<Day, DayEntry>;
  /** Every date with a stored night. */
  readonly nights: ReadonlySet<Day>;
  /** The newest night that was ever stored; undefined before the first. */
  readonly newestNight: Day | undefined;
  /** The last day that earlier runs have requested. */
  readonly plannedThrough: Day | undefined;
  readonly morning: Morning;
  /** Whether a night of the weeks is stored from which the usual wake-up time is learnt. */
  readonly isWorn: boolean;
  /** The day whose night the morning watch has asked Oura for; undefined if it has asked for none. */
  readonly watchedDay: Day | undefined;
  readonly reconnect: ReconnectNeeded | undefined;
}

/** The dates that need something, by what they need. */
export interface UnsettledDates {
  /** Queued, or pending in a run that has not finished: they continue while something runs. */
  readonly waiting: ReadonlySet<Day>;
  /** Failed or unfinished, and no message and no run will request them. */
  readonly unretried: ReadonlySet<Day>;
  readonly parked: ReadonlySet<Day>;
  /** Parked, but their message is lost: the queue has deleted it after its retention. */
  readonly expired: ReadonlySet<Day>;
  /** The ledger says that the night is stored, but the table does not have it. */
  readonly missing: ReadonlySet<Day>;
}

/** Whether the instant (ISO 8601) is later than now: the clock was ahead when it was written, or is behind now. */
export const isFuture = (instant: string, now: number): boolean => Date.parse(instant) > now + MOST_SKEW_MS;

const todayOf = ({ timeZone, now }: Facts): Day => dayIn(timeZone, now);

const findWaiting = (facts: Facts, { process, nextRun }: Situation) => {
  const { runs, executing, entries, nights, queues } = facts;
  const live = new Set<Day>();
  const left = new Set<Day>();
  for (const run of runs) {
    for (const date of outcomesOf(run).pending) {
      const entry = entries.get(date);
      const isHandled =
        nights.has(date) || (entry && entry.state !== 'failed' && entry.last_checked_at >= run.started_at);
      if (executing.has(run.run_id)) live.add(date);
      else if (!isHandled) left.add(date);
    }
  }
  for (const { date, state } of entries.values()) if (state === 'failed' && !nights.has(date)) left.add(date);
  if (queues.work + queues.dead_letter > 0)
    return { waiting: new Set([...live, ...left]), unretried: new Set<Day>() };
  // Who may not read the schedule of a deployed stack does not know its next run.
  const isScheduled = process === ON_AWS || (process?.consumes === true && nextRun !== null);
  const oldest = addDays(todayOf(facts), -facts.lookBackDays);
  // The next run requests the dates of its look-back in any case.
  const unretried = [...left].filter((date) => !live.has(date) && !(isScheduled && date > oldest));
  return { waiting: live, unretried: new Set(unretried) };
};

const findExpired = ({ now, queues, retentionMs }: Facts, parked: readonly DayEntry[]): Day[] => {
  const messages = queues.work + queues.dead_letter + queues.parked;
  const failedAt = ({ last_error, last_checked_at }: DayEntry) =>
    Date.parse(last_error?.at ?? last_checked_at);
  const old = parked
    .filter((entry) => failedAt(entry) + COUNTS_SETTLE_MS < now)
    .sort((one, other) => failedAt(one) - failedAt(other));
  // Each parked date has a message, so as many as are too few are lost. The queue deletes the oldest first.
  const lost = Math.max(0, old.length - messages);
  // Other messages may hide it: malformed ones, and those of nights whose re-read failed.
  const isMoved = queues.work + queues.dead_letter > 0;
  return old
    .filter((entry, at) => at < lost || (!isMoved && failedAt(entry) + retentionMs < now))
    .map(({ date }) => date);
};

const findMissing = ({ now, runs, entries, nights, newestNight }: Facts): Set<Day> => {
  const recorded = new Set<Day>();
  for (const { date, state } of entries.values()) if (state === 'stored') recorded.add(date);
  // A plainly stored night has no entry: its run and the newest night remember it.
  for (const run of runs) for (const date of [...run.stored, ...run.unchanged]) recorded.add(date);
  if (newestNight !== undefined && newestNight <= newestDay(now)) recorded.add(newestNight);
  const isExplained = (date: Day) => (entries.get(date)?.state ?? 'stored') !== 'stored';
  return new Set([...recorded].filter((date) => !nights.has(date) && !isExplained(date)).sort());
};

export const findUnsettled = (facts: Facts, situation: Situation): UnsettledDates => {
  const parked = [...facts.entries.values()].filter(
    ({ date, state }) => state === 'parked' && !facts.nights.has(date),
  );
  const { waiting, unretried } = findWaiting(facts, situation);
  const missing = findMissing(facts);
  return {
    waiting,
    unretried,
    parked: new Set(parked.map(({ date }) => date)),
    expired: new Set(findExpired(facts, parked)),
    missing: new Set([...missing].filter((date) => !waiting.has(date))),
  };
};

/** The last successful run that looked back, or was started by a person. An extra run goes on while the schedule is silent. */
export const findLastSuccess = ({ runs, now }: Pick<Facts, 'runs' | 'now'>): string | null =>
  runs
    .filter((run) => !isExtra(run.trigger) && SUCCESSFUL.includes(statusOf(run)))
    .flatMap(({ finished_at }) => (finished_at !== null && !isFuture(finished_at, now) ? [finished_at] : []))
    .sort()
    .at(-1) ?? null;

/** The newest day whose night should have arrived, and when the sleeper usually wakes up on it (epoch ms). */
const dueNight = ({ now, morning: { day, wakesAt } }: Facts): { day: Day; wakesAt: number } =>
  now >= wakesAt + NIGHT_DUE_MS ? { day, wakesAt } : { day: addDays(day, -1), wakesAt: wakesAt - MS_PER_DAY };

/** Whether Oura was asked for last night after the usual wake-up time, and does not have it because the ring was not synced. */
const isLastNightAbsent = (facts: Facts): boolean => {
  const { day, wakesAt } = dueNight(facts);
  if (facts.nights.has(day) || !facts.isWorn) return false;
  const entry = facts.entries.get(day);
  if (entry === undefined) return facts.watchedDay === day;
  const isUnsynced =
    entry.state === 'not_over' || (entry.state === 'no_data' && entry.reason === 'not_synced');
  return isUnsynced && (facts.watchedDay === day || Date.parse(entry.last_checked_at) >= wakesAt);
};

const PROBLEM = { severity: 'problem', since: null, count: null } as const;
const WARNING = { ...PROBLEM, severity: 'warning' } as const;

const findSilence = (
  facts: Facts,
  { process, longestSilenceHours, begun, command }: Situation,
  actions: Actions,
): Problem[] => {
  const { now, runs, timeZone } = facts;
  const success = findLastSuccess(facts);
  const past = runs.filter(({ started_at }) => !isFuture(started_at, now));
  const since = success ?? past.at(-1)?.started_at ?? begun;
  if (since === null) return [];
  const hours = Math.floor((now - Date.parse(since)) / HOUR_MS);
  if (hours <= longestSilenceHours) return [];
  const span = hours < 72 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
  const cause = past.find(({ finished_at }) => finished_at !== null)?.cause ?? null;
  const fix = cause === null ? undefined : remedyOf(cause, command);
  const schedule = process === ON_AWS ? `check the schedule; to catch up, ${actions.sync}` : undefined;
  const never =
    past.length === 0
      ? `No run is recorded, and the data folder has existed for ${span}`
      : `No run has succeeded yet, and the first one started ${span} ago`;
  const summary =
    success === null
      ? never
      : `No run has succeeded for ${span}, since ${showInstant(Date.parse(since), timeZone)}`;
  const action = actions.start ?? fix ?? schedule ?? `${actions.failures} to see why`;
  return [
    {
      ...PROBLEM,
      id: 'no_success',
      since,
      summary,
      action: actions.start ? actions.afterConnect(action) : (actions.connect ?? action),
    },
  ];
};

const findClockAhead = ({ now, runs, entries, plannedThrough, timeZone }: Facts): Problem[] => {
  const instants = [
    ...runs.map(({ started_at }) => started_at),
    ...[...entries.values()].map(({ last_checked_at }) => last_checked_at),
  ];
  const future = instants.filter((instant) => isFuture(instant, now)).sort();
  const latest = future.at(-1);
  const planned =
    plannedThrough !== undefined && plannedThrough > newestDay(now) ? plannedThrough : undefined;
  if (latest === undefined && planned === undefined) return [];
  const until = latest === undefined ? planned : showInstant(Date.parse(latest), timeZone);
  return [
    {
      ...WARNING,
      id: 'clock_ahead',
      summary: `The ledger has times up to ${until}, which are in the future: the clock was ahead, or is behind now`,
      action: "check the machine's clock; if it is right, there is nothing to do",
      count: future.length,
    },
  ];
};

/** `1 date is waiting`, `2 dates are waiting`. */
const areWaiting = (count: number): string =>
  `${plural(count, 'date')} ${count === 1 ? 'is' : 'are'} waiting`;
const them = (count: number): string => (count === 1 ? 'it' : 'them');

/** The problems of dates, each with their number. */
const findDateProblems = (
  facts: Facts,
  dates: UnsettledDates,
  process: ServingProcess | null,
  actions: Actions,
): Problem[] => {
  const { now, queues, executing, retentionMs } = facts;
  const request = (of: ReadonlySet<Day>): string => {
    // A clock that was ahead may have recorded dates that have not begun. A command would refuse them.
    const begun = [...of].filter((date) => date <= newestDay(now)).sort();
    const [first, last = first] = [begun[0], begun.at(-1)];
    return actions.afterConnect(
      first === undefined || last === undefined ? actions.sync : actions.request(first, last),
    );
  };
  const start = actions.start && actions.afterConnect(actions.start);
  const isIdle = process?.consumes !== true;
  const waiting = isIdle ? Math.max(dates.waiting.size, queues.work + queues.dead_letter) : 0;
  const stopped = isIdle && waiting === 0 ? executing.size : 0;
  const unretried = dates.unretried.size;
  const expired = dates.expired.size;
  const missing = dates.missing.size;
  const parked = Math.max(queues.parked, dates.parked.size - expired);
  const days = plural(Math.round(retentionMs / MS_PER_DAY), 'day');
  const all: readonly (Pick<Problem, 'id' | 'summary' | 'action'> & { count: number })[] = [
    {
      id: 'dates_waiting',
      summary: `${areWaiting(waiting)}, and nothing is running`,
      action: start,
      count: waiting,
    },
    {
      id: 'dates_failed',
      summary: `${plural(unretried, 'date')} failed or unfinished, and nothing retries ${them(unretried)}`,
      action: request(dates.unretried),
      count: unretried,
    },
    {
      id: 'dates_parked',
      summary: `${plural(parked, 'message')} parked`,
      action: `to see why, ${actions.failures}; to retry, ${actions.afterConnect(actions.redrive)}`,
      count: parked,
    },
    {
      id: 'messages_expired',
      summary: `The parked messages of ${plural(expired, 'date')} are lost: the queue keeps a message for ${days}`,
      action: request(dates.expired),
      count: expired,
    },
    {
      id: 'nights_missing',
      summary: `The ledger has ${plural(missing, 'stored night')} that the table does not have`,
      action: request(dates.missing),
      count: missing,
    },
    {
      id: 'incomplete_stop',
      summary: `${plural(stopped, 'run')} stopped before it had chosen its dates`,
      action: start,
      count: stopped,
    },
  ];
  return all
    .filter(({ count }) => count > 0)
    .map((problem) => ({ ...(problem.id === 'incomplete_stop' ? WARNING : PROBLEM), ...problem }));
};

/** Every problem of the stack, the most urgent first. None has a health value. */
export const findProblems = (
  facts: Facts,
  dates: UnsettledDates,
  situation: Situation,
  actions: Actions,
): Problem[] => {
  const { reconnect, timeZone } = facts;
  const { process, folder } = situation;
  const found: Problem[] = [
    ...folder,
    ...findSilence(facts, situation, actions),
    ...findDateProblems(facts, dates, process, actions),
    ...findClockAhead(facts),
  ];
  if (reconnect) {
    const { since, cause } = reconnect;
    const at = since === null ? '' : ` (since ${showInstant(Date.parse(since), timeZone)})`;
    const summary = `${causeSentence(cause)}${at}`;
    found.push({ ...PROBLEM, id: 'reconnect_needed', since, summary, action: actions.connect });
  }
  // Otherwise the night may be at Oura, and the app is not the reason.
  const isAsking = process?.consumes === true && !reconnect && !found.some(({ id }) => id === 'no_success');
  if (isAsking && isLastNightAbsent(facts)) {
    const { day } = dueNight(facts);
    found.push({
      ...WARNING,
      id: 'last_night_absent',
      summary: `Last night (${day}) has not arrived three hours after your usual wake-up time`,
      action: 'open the Oura app to sync the ring',
    });
  }
  return found.sort((one, other) => PROBLEM_IDS.indexOf(one.id) - PROBLEM_IDS.indexOf(other.id));
};
