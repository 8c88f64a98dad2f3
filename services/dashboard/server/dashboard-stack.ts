import type { GapContext } from '../../operations/gaps/find-gaps.ts';
import type { Stack } from '../../operations/stack.ts';

/** The stack that the page shows, with facts from the command that serves the page. */
export interface DashboardStack extends Stack {
  /** The source of the data, as a noun: `the data folder .data`. */
  readonly source: string;
  /** Whether the nights come from the simulated ring. */
  readonly simulated: boolean;
  /** When the schedule next starts a run; undefined if none is scheduled. */
  nextSync(): Promise<Date | undefined>;
  /** If the page cannot start anything: the reason in one sentence, and the commands to use instead. */
  readonly readOnly: { readonly why: string; readonly actions: GapContext['actions'] } | undefined;
  /** Explains an error of these services in one sentence; undefined for an unexpected error. */
  explain(error: unknown): string | undefined;
  /** How often an open page reads the pipeline's state, in milliseconds. */
  readonly lookMs: number;
}
