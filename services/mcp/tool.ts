import type { z } from 'zod';
import type { DayRange } from '../../shared/core/day.ts';
import type { SyncState } from '../operations/status/sync-state.ts';
import type { OpenStack } from './access.ts';
import type { Answer, AnswerList } from './fit-answer.ts';

/** What a tool works with: the open stack, and its state at the beginning of the call. */
export interface ToolCall extends OpenStack {
  readonly state: SyncState;
}

/** The answer of a tool, before its freshness is added. */
export interface ToolAnswer extends Answer {
  /** The ranges of nights that it is about: it names those of them that are provisional. */
  readonly about: readonly DayRange[];
}

/** A tool of the server. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For the assistant: what it answers, and when to call it. */
  readonly description: string;
  readonly input: Input;
  /** Whether it changes something. */
  readonly writes: boolean;
  run(input: z.infer<Input>, call: ToolCall): Promise<ToolAnswer>;
}

/** Infers the input of a tool from its schema. */
export const tool = <Input extends z.ZodObject>(definition: Tool<Input>): Tool<Input> => definition;

/** What is said of a list that only a larger answer can hold. @param what the items: `samples` */
export const raiseLimit =
  (name: string, { length }: readonly unknown[], what: string): AnswerList['rest'] =>
  (kept) => ({
    what: `the last ${length - kept} of ${length} ${what}`,
    how: `call ${name} with a larger limit_kb`,
  });
