import { setTimeout as sleep } from 'node:timers/promises';
import { shareConcurrent } from '../../../shared/core/share-concurrent.ts';
import { reserveIncidents } from '../../local/data-folder/incidents-file.ts';
import type { Pipeline } from '../target/local-pipeline.ts';
import { stateOf } from '../target/situation.ts';
import { destinationOf } from './destination.ts';
import { createNotifier } from './notifier.ts';

/** How often the state is read for notifications. After a run, it is read at once. */
const LOOK_MS = 5 * 60_000;
/** After a start, the first run has a minute to change what was wrong before it. */
const FIRST_LOOK_MS = 60_000;

/** Compares the state with what was announced. */
export interface ProblemWatch {
  /** Looks now. Resolves after the attempts to send; never throws, because the sync must not depend on it. */
  look(): Promise<void>;
  /** Looks from time to time, until the signal of the pipeline aborts. */
  keepLooking(): Promise<void>;
}

const NO_WATCH: ProblemWatch = { look: async () => {}, keepLooking: async () => {} };

/** A watch that sends nothing if no destination is set. Throws a UsageError if it is wrong. */
export const watchProblems = (
  { stack, signal }: Pick<Pipeline, 'stack' | 'signal'>,
  options: { readonly dataDir: string; readonly notify?: string | undefined },
): ProblemWatch => {
  const destination = destinationOf(options);
  if (!destination) return NO_WATCH;
  const { dataDir } = options;
  reserveIncidents(dataDir);
  const notifier = createNotifier({ dataDir, destination, clock: stack.clock, signal });
  const look = shareConcurrent(async () => {
    try {
      await notifier.report((await stateOf({ dataDir }, stack)).problems);
    } catch {
      // The state cannot be read, such as while the engine of the tables restarts: the next look reads it.
    }
  });
  return {
    look,
    keepLooking: async () => {
      for (let wait = FIRST_LOOK_MS; ; wait = LOOK_MS) {
        await sleep(wait, undefined, { signal, ref: false }).catch(() => {});
        if (signal.aborted) return;
        await look();
      }
    },
  };
};
