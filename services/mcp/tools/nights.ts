import { checkDateRange } from '../../../shared/core/date-range.ts';
import { addDays } from '../../../shared/core/day.ts';
import { readSummaries } from '../../insights/export/read-table.ts';
import { tableOf } from '../../insights/export/table.ts';
import { coverageOf } from '../coverage.ts';
import { limitInput, MOST_DATES, rangeInput } from '../inputs.ts';
import { columnsFor, fieldsInput, metricsIn, otherFields, summaryOf } from '../night-fields.ts';
import { tool } from '../tool.ts';

export const nights = tool({
  name: 'nights',
  title: 'Nights of a range',
  description:
    'The stored nights of a range, oldest first, one row each (the date is the day of waking up), with mean, median and standard deviation of each metric over the whole range. Columns and values are those of the export. For two ranges, call compare_nights.',
  input: rangeInput.extend({ fields: fieldsInput, limit_kb: limitInput }),
  writes: false,
  run: async ({ from, to, fields }, call) => {
    const range = { from, to };
    checkDateRange(range, { most: MOST_DATES });
    const stored = await readSummaries(call.stack, range);
    const { columns, rows } = tableOf(columnsFor(fields), stored);
    const { counts, toExplain } = await coverageOf(range, call);
    const others = otherFields(fields);
    return {
      facts: {
        range,
        ...counts,
        ...toExplain,
        columns: columns.map(({ name, unit }) => ({ name, unit })),
        summary: Object.fromEntries(metricsIn(fields).map((metric) => [metric, summaryOf(stored, metric)])),
      },
      lists: [
        {
          name: 'rows',
          items: rows,
          rest: (kept) => {
            const last = stored[kept - 1];
            const next = last === undefined ? '' : ` from ${addDays(last.date, 1)} on,`;
            return {
              what: `the rows of the last ${rows.length - kept} of ${rows.length} nights; the summary includes them`,
              how: `call nights${next} with fewer fields, or with a larger limit_kb`,
            };
          },
        },
      ],
      leftOut: [
        ...(others.length === 0
          ? []
          : [{ what: `columns: ${others.join(', ')}`, how: 'call nights and name them in fields' }]),
        { what: 'sleep periods and overnight curves', how: 'call night for each date' },
      ],
      about: [range],
    };
  },
});
