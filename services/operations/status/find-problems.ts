import { causeRemedy, causeSentence } from '../../../shared/core/causes.ts';
import { addDays, type Day, dayIn, MS_PER_DAY, newestDay } from '../../../shared/core/day.ts';
import { type DayEntry, outcomesOf, type Run, SUCCESSFUL, statusOf } from '../../../shared/core/ledger.ts';
import { isExtra } from '../../../shared/core/messages.ts';
import type { Morning } from '../../../shared/core/night/wake-up-time.ts';
import { showInstant } from '../../../shared/core/show-instant.ts';
import { plural } from '../../../shared/core/text.ts';
import type { ReconnectNeeded } from '../credentials/reconnect.ts';
import { PROBLEM_IDS, type Problem, type QueueDepths, type ServingProcess } from './pipeline-state.ts';

const HOUR_MS = 3_600_000;
/** A ledger entry of a later time than this is not of a clock that differs a little. */
export const MOST_SKEW_MS = 5 * 60_000;
/** How long after the usual wake-up time a night is expected: the phone syncs the ring when the app is opened. */
const NIGHT_DUE_MS = 3 * HOUR_MS;
/** A message that is being parked may be counted in neither queue, and the counts of SQS lag by a minute. */
const COUNTS_SETTLE_MS = 5 * 60_000;

/** What the caller knows, and the tables and queues do not. */
export interface Situation {
  /** The process that serves the data folder, this one included; null if there is none. {@link ON_AWS} for a deployed stack. */
  readonly process: ServingProcess | null;
  /** When the schedule next starts a run (ISO 8601); null if none is scheduled. */
  readonly nextRun: string | null;
  /** The setting: how long a stack may be without a successful run. */
  readonly longestSilenceHours: number;
  /** Returns the command that runs a script of package.json on this stack. */
  command(script: string, ...options: string[]): string;
  /** The problems that only the files of a data folder show. */
  readonly folder: readonly Problem[];
}

/** The functions of a deployed stack run without a process of ours. */
export const ON_AWS: ServingProcess = { pid: null, consumes: true };

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
  const isScheduled = process?.consumes === true && nextRun !== null;
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

/** The commands that a problem names. None is refused in this situation. */
const actionsOf = ({ process, command }: Situation, reconnect: ReconnectNeeded | undefined) => {
  const isAws = process === ON_AWS;
  const isPage = process !== null && !process.consumes;
  // The page has the folder open, so no pipeline can.
  const alone = (text: string) =>
    isPage ? `stop ${command('dashboard')} (process ${process.pid}), then ${text}` : text;
  const connect = reconnect && (causeRemedy(reconnect.cause, command) ?? `run ${command('connect')}`);
  const connectFirst = (text: string) => (connect === undefined ? text : `${lowered(connect)}; then ${text}`);
  return {
    connect: connect === undefined ? null : lowered(connect),
    /** What makes the pipeline run; null if it runs. */
    start: process?.consumes ? null : connectFirst(alone(`run ${command('start')}`)),
    runOnce: isAws ? `run ${command('start', '--once')}` : null,
    redrive: connectFirst(alone(`run ${command('redrive')}`)),
    request: (dates: ReadonlySet<Day>) => {
      const sorted = [...dates].sort();
      return connectFirst(
        alone(`run ${command('backfill', '--from', sorted[0] ?? '', '--to', sorted.at(-1) ?? '')}`),
      );
    },
    failures: `run ${command('failures')} to see why`,
  };
};

const lowered = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

const PROBLEM = { severity: 'problem', since: null, count: null } as const;
const WARNING = { ...PROBLEM, severity: 'warning' } as const;

const findSilence = (
  facts: Facts,
  situation: Situation,
  actions: ReturnType<typeof actionsOf>,
): Problem[] => {
  const { now, runs, timeZone } = facts;
  const success = findLastSuccess(facts);
  const past = runs.filter(({ started_at }) => !isFuture(started_at, now));
  const since = success ?? past.at(-1)?.started_at;
  if (since === undefined) return [];
  const hours = Math.floor((now - Date.parse(since)) / HOUR_MS);
  if (hours <= situation.longestSilenceHours) return [];
  const span = hours < 72 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
  const cause = past.find(({ finished_at }) => finished_at !== null)?.cause ?? null;
  const remedy = cause === null ? undefined : causeRemedy(cause, situation.command);
  const fix = remedy === undefined ? actions.failures : lowered(remedy);
  const onAws = actions.runOnce && `check the schedule; to catch up, ${actions.runOnce}`;
  return [
    {
      ...PROBLEM,
      id: 'no_success',
      since,
      summary:
        success === null
          ? `No run has succeeded yet, and the first one started ${span} ago`
          : `No run has succeeded for ${span}, since ${showInstant(Date.parse(since), timeZone)}`,
      action: actions.start ?? actions.connect ?? (cause === null ? onAws : null) ?? fix,
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

/** Every problem of the stack, the most urgent first. None has a health value. */
export const findProblems = (facts: Facts, dates: UnsettledDates, situation: Situation): Problem[] => {
  const { queues, reconnect, timeZone, executing } = facts;
  const { process, folder } = situation;
  const consumes = process?.consumes === true;
  const actions = actionsOf(situation, reconnect);
  const found: Problem[] = [...folder, ...findSilence(facts, situation, actions), ...findClockAhead(facts)];
  const add = (problem: Problem) => found.push(problem);
  if (reconnect) {
    const at =
      reconnect.since === null ? '' : ` (since ${showInstant(Date.parse(reconnect.since), timeZone)})`;
    add({
      ...PROBLEM,
      id: 'reconnect_needed',
      since: reconnect.since,
      summary: `${causeSentence(reconnect.cause)}${at}`,
      action: actions.connect,
    });
  }
  const waiting = Math.max(dates.waiting.size, queues.work + queues.dead_letter);
  if (!consumes && waiting > 0) {
    add({
      ...PROBLEM,
      id: 'dates_waiting',
      summary: `${waiting === 1 ? '1 date is' : `${waiting} dates are`} waiting, and nothing is running`,
      action: actions.start,
      count: waiting,
    });
  } else if (!consumes && executing.size > 0) {
    add({
      ...WARNING,
      id: 'incomplete_stop',
      summary: `${plural(executing.size, 'run')} stopped before choosing dates`,
      action: actions.start,
      count: executing.size,
    });
  }
  const unretried = dates.unretried.size;
  if (unretried > 0) {
    add({
      ...PROBLEM,
      id: 'dates_failed',
      summary: `${plural(unretried, 'date')} failed or unfinished, and nothing retries ${unretried === 1 ? 'it' : 'them'}`,
      action: actions.request(dates.unretried),
      count: unretried,
    });
  }
  const parked = Math.max(queues.parked, dates.parked.size - dates.expired.size);
  if (parked > 0) {
    add({
      ...PROBLEM,
      id: 'dates_parked',
      summary: `${plural(parked, 'message')} parked`,
      action: `to see why, ${actions.failures.replace(' to see why', '')}; to retry, ${actions.redrive}`,
      count: parked,
    });
  }
  const expired = dates.expired.size;
  if (expired > 0) {
    const days = Math.round(facts.retentionMs / MS_PER_DAY);
    add({
      ...PROBLEM,
      id: 'messages_expired',
      summary: `The parked ${plural(expired, 'message')} of ${plural(expired, 'date')} ${expired === 1 ? 'is' : 'are'} lost: the queue keeps one for ${plural(days, 'day')}`,
      action: actions.request(dates.expired),
      count: expired,
    });
  }
  const missing = dates.missing.size;
  if (missing > 0) {
    add({
      ...PROBLEM,
      id: 'nights_missing',
      summary: `The ledger says that ${plural(missing, 'night')} ${missing === 1 ? 'is' : 'are'} stored, but the table does not have ${missing === 1 ? 'it' : 'them'}`,
      action: actions.request(dates.missing),
      count: missing,
    });
  }
  const isBlocked = !consumes || reconnect !== undefined || found.some(({ id }) => id === 'no_success');
  if (!isBlocked && isLastNightAbsent(facts)) {
    add({
      ...WARNING,
      id: 'last_night_absent',
      summary: `Last night (${dueNight(facts).day}) has not arrived three hours after your usual wake-up time`,
      action: 'open the Oura app to sync the ring',
    });
  }
  return found.sort((one, other) => PROBLEM_IDS.indexOf(one.id) - PROBLEM_IDS.indexOf(other.id));
};
