import { newestRuns } from '../runs/executions.ts';
import type { Stack } from '../stack.ts';
import { readQueues } from './sync-state.ts';

/** More runs than can start and end between two looks. */
const RUNS_WATCHED = 20;

/** A text that differs after each run that has started or ended, and after each redrive, which empties a queue. */
export const workState = async (stack: Stack): Promise<string> =>
  JSON.stringify(await Promise.all([newestRuns(stack, RUNS_WATCHED), readQueues(stack)]));
