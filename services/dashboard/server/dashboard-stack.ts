import type { Pace } from '../../operations/redrive/follow-redrive.ts';
import type { Stack } from '../../operations/stack.ts';
import type { Situation } from '../../operations/status/sync-state.ts';

/** The stack that the page shows, with facts from the command that serves the page. */
export interface DashboardStack extends Stack {
  /** The source of the data, as a noun: `the data folder .data`. */
  readonly source: string;
  /** Whether the nights come from the simulated ring. */
  readonly simulated: boolean;
  /** What the command knows about the stack now: its process, its next run, and its commands. */
  situation(): Promise<Situation>;
  /** If the page cannot start anything: the reason in one sentence. */
  readonly readOnly: string | undefined;
  /** Explains an error of these services in one sentence; undefined for an unexpected error. */
  explain(error: unknown): string | undefined;
  /** A text that differs after each write to a table; undefined if only a read of the tables shows changes, as on AWS. */
  tablesState(): string | undefined;
  /** How often an open page reads the pipeline's state, in milliseconds. */
  readonly lookMs: number;
  /** How often a redrive is looked at. */
  readonly pace: Pace;
}
