import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderInUse } from '../../local/data-folder/errors.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import type { Stack } from '../../operations/stack.ts';
import { problemLines } from '../print/problem-lines.ts';
import { withStopSignal } from '../stop-signal.ts';
import { type PipelineOptions, withLocalPipeline } from './local-pipeline.ts';
import { stateOf } from './situation.ts';
import { type StackOptions, withStack } from './with-stack.ts';

/** A stack whose functions are running, in this process or elsewhere. */
export interface Workers {
  readonly stack: Stack;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether the functions run in this process and stop with it. */
  readonly isOwn: boolean;
  /** Own functions: stops polling and resolves when the started invocations have finished. Others: resolves at once. */
  rest(): Promise<void>;
  /** Functions of another process: what is wrong, one line each. */
  problems?(): Promise<readonly string[]>;
  /** One or more lines for the user. */
  readonly description: string;
}

/** How long to wait for a process that is starting: it locks the folder before it serves it. */
const START_PATIENCE_MS = 5000;
const LOOK_MS = 200;

/**
 * Runs `work` on the deployed stack, or on the pipeline of the process that serves the data folder. If there is none, it runs
 * one in this process. Throws a UsageError if a dashboard has the folder open.
 */
export const withWorkers = async <Result>(
  options: PipelineOptions & StackOptions & { readonly schedule: boolean },
  work: (workers: Workers) => Promise<Result>,
): Promise<Result> => {
  const beside = (description: string) =>
    withStopSignal((signal) =>
      withStack(options, (stack) =>
        work({
          ...{ stack, signal, isOwn: false, description },
          rest: async () => {},
          problems: async () => problemLines(await stateOf(options, stack)),
        }),
      ),
    );
  if (options.aws) return beside('Using the workers of the deployed stack.');
  const patience = performance.now() + START_PATIENCE_MS;
  for (;;) {
    const running = await findRunning(options.dataDir);
    if (running?.consumes)
      return beside(`Using the workers of process ${running.pid}, which serves ${options.dataDir}.`);
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
