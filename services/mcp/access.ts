import type { Stack } from '../operations/stack.ts';
import type { Situation } from '../operations/status/sync-state.ts';

/** A stack that is open during one call. */
export interface OpenStack {
  readonly stack: Stack;
  readonly situation: Situation;
  /** Whether the nights come from the simulated ring. */
  readonly simulated: boolean;
}

/** How the server reaches the stack. */
export interface StackAccess {
  /** Names the stack: `the data folder /home/me/nights`. */
  readonly source: string;
  /** Opens the stack, runs `work`, and closes the stack, also if `work` fails. Between two calls nothing is open or locked. */
  open<Result>(work: (open: OpenStack) => Promise<Result>): Promise<Result>;
}
