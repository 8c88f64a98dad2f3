import { causeRemedy } from '../../../shared/core/causes.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { ReconnectNeeded } from '../credentials/reconnect.ts';
import type { ServingProcess } from './pipeline-state.ts';

/** The functions of a deployed stack run without a process of ours. */
export const ON_AWS: ServingProcess = { pid: null, consumes: true };

/** What a user can do, as imperatives without a full stop. No command is refused in the situation. */
export interface Actions {
  /** Restores Oura's access; null if Oura does not deny it. */
  readonly connect: string | null;
  /** Makes the pipeline run; null while it runs. */
  readonly start: string | null;
  /** Starts a run of the look-back. */
  readonly sync: string;
  /** Requests the dates from `from` to `to` that lack a night and are not settled; a backfill leaves out what was empty today. */
  request(from: Day, to: Day): string;
  /** Requests every date from `from` to `to`. */
  requestAgain(from: Day, to: Day): string;
  /** Redrives every parked message. */
  readonly redrive: string;
  /** Shows why dates failed. */
  readonly failures: string;
  /** Puts what must be done first before `action`: the reconnect. */
  afterConnect(action: string): string;
}

const lowered = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** Returns what to do about a cause, as an imperative without a full stop; undefined for an error that is not ours. */
export const remedyOf = (cause: string, command: (script: string) => string): string | undefined => {
  const remedy = causeRemedy(cause, command);
  return remedy === undefined ? undefined : lowered(remedy);
};

const rangeOptions = (from: Day, to: Day): string[] => ['--from', from, '--to', to];

/** @param command returns the command that runs a script of package.json on the stack */
export const actionsOf = (
  process: ServingProcess | null,
  reconnect: ReconnectNeeded | undefined,
  command: (script: string, ...options: string[]) => string,
): Actions => {
  const consumes = process?.consumes === true;
  const isAws = process === ON_AWS;
  // A page that has the folder open does not let another process run the pipeline.
  const alone = (action: string): string =>
    process && !consumes ? `stop ${command('dashboard')} (process ${process.pid}), then ${action}` : action;
  const connect =
    reconnect === undefined ? null : (remedyOf(reconnect.cause, command) ?? `run ${command('connect')}`);
  const isRunning = consumes && !isAws;
  return {
    connect,
    start: consumes ? null : alone(`run ${command('start')}`),
    // A second npm start is refused.
    sync: isRunning
      ? 'click “Sync now” on the page of npm start'
      : alone(`run ${isAws ? command('start', '--once') : command('start')}`),
    request: (from, to) =>
      alone(
        from === to && !isRunning
          ? `run ${command('start', '--once', ...rangeOptions(from, to))}`
          : `run ${command('backfill', ...rangeOptions(from, to))}`,
      ),
    requestAgain: (from, to) => alone(`run ${command('backfill', ...rangeOptions(from, to), '--again')}`),
    redrive: alone(`run ${command('redrive')}`),
    failures: `run ${command('failures')}`,
    afterConnect: (action) => (connect === null ? action : `${connect}; then ${action}`),
  };
};
