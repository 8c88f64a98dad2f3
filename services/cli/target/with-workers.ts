import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderInUse } from '../../local/data-folder/errors.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { Stack } from '../../operations/stack.ts';
import { withStopSignal } from '../stop-signal.ts';
import { type ScheduledPipeline, withLocalPipeline } from './local-pipeline.ts';
import { type StackOptions, withStack } from './with-stack.ts';

/** A stack whose functions run, wherever they do. */
export interface Workers {
  readonly stack: Stack;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Whether they run in this process, and stop with it. */
  readonly isOwn: boolean;
  /** Where they are this process's: they begin nothing more, and this resolves when what they had begun has ended. Else at once. */
  rest(): Promise<void>;
  /** What the user may want to know of them, in a line or some. */
  readonly description: string;
}

/** How long a folder may be taken by a process that does not serve it yet: one that is starting. */
const START_PATIENCE_MS = 5000;
const LOOK_MS = 200;

/**
 * Runs `work` on the deployed stack, on the pipeline of the process that serves the data folder, or, where none does, on one
 * of this process, which stops with it. Throws a UsageError where a process has the folder open in which nothing runs.
 */
export const withWorkers = async <Result>(
  options: ScheduledPipeline & StackOptions,
  work: (workers: Workers) => Promise<Result>,
): Promise<Result> => {
  const beside = (description: string) =>
    withStopSignal((signal) =>
      withStack(options, (stack) => work({ stack, signal, isOwn: false, rest: async () => {}, description })),
    );
  if (options.aws) return beside('The deployed stack works.');
  const patience = performance.now() + START_PATIENCE_MS;
  for (;;) {
    const running = await findRunning(options.dataDir);
    if (running?.consumes)
      return beside(`The process ${running.pid} works, which serves ${options.dataDir}.`);
    try {
      return await withLocalPipeline(options, ({ stack, runtime, signal, description }) =>
        work({ stack, signal, isOwn: true, rest: runtime.drain, description }),
      );
    } catch (error: unknown) {
      if (!(error instanceof DataFolderInUse) || performance.now() > patience) throw error;
      await sleep(LOOK_MS);
    }
  }
};
