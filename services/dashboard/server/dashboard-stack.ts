import type { GapContext } from '../../operations/gaps/find-gaps.ts';
import type { Stack } from '../../operations/stack.ts';

/** The stack that the page shows, and what only whoever serves the page knows of it. */
export interface DashboardStack extends Stack {
  /** Whose tables these are, as a noun: `the data folder .data`. */
  readonly source: string;
  /** Whether the nights come from the simulated ring. */
  readonly simulated: boolean;
  /** When the schedule next starts a run; undefined where none is scheduled. */
  nextSync(): Promise<Date | undefined>;
  /** Where nothing can be started from here: why, in one sentence, and the commands that do instead. */
  readonly readOnly: { readonly why: string; readonly actions: GapContext['actions'] } | undefined;
  /** What a failure of these services means, in one sentence; undefined for an unexpected one. */
  explain(error: unknown): string | undefined;
  /** How often the pipeline is looked at while a page shows it, in milliseconds: on AWS each look is a few requests. */
  readonly lookMs: number;
}
