import { plural } from '../../../shared/core/text.ts';
import { type GapContext, gapRanges } from '../../operations/gaps/find-gaps.ts';
import type { GapRow } from '../../operations/gaps/gap-row.ts';
import { reasonCounts } from './reason-counts.ts';
import { createTable } from './table.ts';
import { paint } from './write.ts';

/** The state or reason in words, where its name does not say it. */
const WORDS: Readonly<Record<string, string>> = {
  not_asked: 'not requested yet',
  not_over: 'requested too early',
};

const wordOf = (name: string): string => WORDS[name] ?? name;

/** A table of the gaps, with one line per range of dates that have the same facts, and the number of dates per reason. */
export const gapTable = (rows: readonly GapRow[], context: GapContext): string => {
  const table = createTable(
    ['date', 'state', 'reason', 'evidence', 'next'].map((title) => ({ title })),
    gapRanges(rows, context).map(({ from, to, dates, state, reason, cause, evidence, next }) => [
      dates === 1 ? from : `${from} to ${to}`,
      state === 'failed' ? paint('problem', state) : wordOf(state),
      cause ?? (reason === state ? '–' : reason),
      evidence ?? '–',
      next,
    ]),
  );
  const counts = reasonCounts(rows.map(({ reason }) => wordOf(reason)));
  return `${table}\n${plural(rows.length, 'date')} without a night: ${counts}.`;
};
