import { constants } from 'node:os';
import { isStartedByNohup } from './started-by-nohup.ts';
import { isRunByNpm } from './swallowed-options.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal sends Ctrl-C to npm and to its command, and npm sends it on: within this time, it is the same Ctrl-C. */
const SAME_SIGNAL_MS = 1_000;

/** How soon the end of npm is noticed: npm ends at SIGHUP and SIGKILL, but does not send them on. */
const PARENT_POLL_MS = 500;

/** npm, if it runs this command. Read before anything can end it. */
const PARENT = process.ppid;

let isStopping = false;

/** Whether the command is ending in order: output that fails then, such as that of a closed terminal, must not cut it short. */
export const isStopRequested = (): boolean => isStopping;

/** Ignores SIGHUP in a command that nohup started: without this, Node ends at SIGHUP, with nohup too. */
export const keepThroughHangUp = (): void => {
  if (isStartedByNohup()) process.on('SIGHUP', () => {});
};

/**
 * Runs `work` with a signal that Ctrl-C, SIGTERM, SIGHUP or the end of npm aborts. A second signal ends the process at once.
 * A command that nohup started continues after SIGHUP, and without npm, which SIGHUP ends.
 */
export const withStopSignal = async <Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const stopping = new AbortController();
  let since = 0;
  const stop = () => {
    if (stopping.signal.aborted) return;
    since = performance.now();
    isStopping = true;
    stopping.abort();
  };
  const onSignal = (name: NodeJS.Signals) => {
    const isSecond = stopping.signal.aborted && performance.now() - since > SAME_SIGNAL_MS;
    // As a shell reports a process that a signal ended.
    if (isSecond) process.exit(128 + constants.signals[name]);
    stop();
  };
  const survivesHangUp = isStartedByNohup();
  const handled = STOP_SIGNALS.filter((name) => name !== 'SIGHUP' || !survivesHangUp);
  const watch =
    isRunByNpm(process.argv[2] ?? '', process.env) && !survivesHangUp
      ? setInterval(() => {
          if (process.ppid !== PARENT) stop();
        }, PARENT_POLL_MS).unref()
      : undefined;
  for (const name of handled) process.on(name, onSignal);
  try {
    return await work(stopping.signal);
  } finally {
    clearInterval(watch);
    for (const name of handled) process.off(name, onSignal);
  }
};
