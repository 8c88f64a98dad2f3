import { basename } from 'node:path';
import { type Clock, iso } from '../../../shared/core/clock.ts';
import { type Incidents, readIncidents, writeIncidents } from '../../local/data-folder/incidents-file.ts';
import type { Problem } from '../../operations/status/sync-state.ts';
import { realPathOf } from '../service/service-name.ts';
import type { Destination } from './destination.ts';
import { dueNotification, withLastProblem, withoutResolved, withProblems } from './incidents.ts';
import { NotificationFailed, send } from './send.ts';

/** Sends each notification once, across restarts. */
export interface Notifier {
  /** Announces the problems that are new, and the end of those that are gone. `problems` are all that there are. */
  report(problems: readonly Problem[]): Promise<void>;
  /** Announces a problem that ends the process, if that is new. */
  announce(problem: Problem): Promise<void>;
}

/** The wait after the first failure; it doubles with each further one, up to an hour. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

export interface NotifierOptions {
  readonly dataDir: string;
  readonly destination: Destination;
  readonly clock: Clock;
  /** Ends an attempt. The next start repeats it. */
  readonly signal?: AbortSignal;
}

export const createNotifier = ({ dataDir, destination, clock, signal }: NotifierOptions): Notifier => {
  const name = basename(realPathOf(dataDir));
  // What this process knows counts, if the disk does not take it.
  let state: Incidents | undefined;
  /** Returns whether the next process will know. */
  const save = (next: Incidents): boolean => {
    state = next;
    try {
      writeIncidents(dataDir, next);
      return true;
    } catch {
      return false;
    }
  };

  const isWaiting = ({ failure }: Incidents): boolean => {
    const wait = failure === null ? 0 : Date.parse(failure.next_attempt_at) - clock.now();
    // A longer wait is of a clock that was ahead.
    return wait > 0 && wait <= LONGEST_WAIT_MS;
  };

  const deliver = async (current: Incidents): Promise<void> => {
    for (const incident of current.incidents) {
      const due = dueNotification(incident, name);
      if (!due) continue;
      await send(destination, due, dataDir, signal);
      const { incidents } = state ?? current;
      const rest = due.event === 'opened' ? [{ ...incident, announced: true }] : [];
      save({
        incidents: incidents.flatMap((each) => (each.id === incident.id ? rest : [each])),
        failure: null,
      });
    }
  };

  const fail = (current: Incidents, reason: string): void => {
    const { attempts, since } = current.failure ?? { attempts: 0, since: iso(clock.now()) };
    const wait = Math.min(FIRST_WAIT_MS * 2 ** attempts, LONGEST_WAIT_MS);
    const next_attempt_at = iso(clock.now() + wait);
    save({ ...current, failure: { since, attempts: attempts + 1, next_attempt_at, reason } });
  };

  /** @param isLast whether this process ends: a service that cannot record what it has sent would send it at each start */
  const update = async (
    change: (incidents: Incidents['incidents'], now: string) => Incidents['incidents'],
    isLast = false,
  ) => {
    const before = state ?? readIncidents(dataDir);
    const incidents = change(before.incidents, iso(clock.now()));
    const next = { ...before, incidents };
    const isSaved = (state !== undefined && JSON.stringify(next) === JSON.stringify(before)) || save(next);
    if (isWaiting(next) || (isLast && !isSaved)) return;
    try {
      await deliver(next);
    } catch (error: unknown) {
      if (!(error instanceof NotificationFailed)) throw error;
      if (!signal?.aborted) fail(state ?? next, error.message);
    }
  };

  return {
    report: (problems) =>
      update((incidents, now) => withoutResolved(withProblems(incidents, problems, now), problems, now)),
    announce: (problem) => update((incidents, now) => withLastProblem(incidents, problem, now), true),
  };
};
