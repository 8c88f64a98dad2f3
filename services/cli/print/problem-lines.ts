import { capitalized } from '../../../shared/core/text.ts';
import type { Problem, SyncState } from '../../operations/status/sync-state.ts';

/** A problem and what to do about it, in two sentences. */
export const problemLine = ({ summary, action }: Problem): string =>
  capitalized(action === null ? `${summary}.` : `${summary}. ${capitalized(action)}.`);

/** One line per problem, the most urgent first. */
export const problemLines = ({ problems }: Pick<SyncState, 'problems'>): string[] =>
  problems.map(problemLine);
