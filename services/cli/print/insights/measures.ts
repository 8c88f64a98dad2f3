import { measureRows } from '../../../insights/measures/describe.ts';
import type { Measures } from '../../../insights/measures/measures.ts';
import { createTable } from '../table.ts';
import { wrap } from '../wrap.ts';

/** The current measures, each with what it means. */
export const measuresText = (measures: Measures): string => {
  const rows = measureRows(measures);
  if (rows.length === 0) return 'Measures of the last week\nNone. The first ones need four nights in a week.';
  return [
    'Measures of the last week',
    createTable(
      [{ title: 'measure' }, { title: 'value', align: 'right' }, { title: 'meaning' }],
      rows.map(({ label, value, meaning }) => [label, value, meaning]),
    ),
    wrap('Loads describe training. They predict neither injury nor performance.'),
  ].join('\n');
};
