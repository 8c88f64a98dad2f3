import { z } from 'zod';
import { NIGHT_COLUMNS } from '../../insights/export/nights.ts';
import { PERIOD_COLUMNS, periodsOf } from '../../insights/export/periods.ts';
import { SERIES_COLUMNS, seriesOf } from '../../insights/export/series.ts';
import { type ColumnOf, tableOf } from '../../insights/export/table.ts';
import { gapRanges } from '../../operations/gaps/find-gaps.ts';
import { gapContext, gapsOf } from '../../operations/gaps/read-gaps.ts';
import { openLedger } from '../../operations/ledger.ts';
import { dayInput, limitInput } from '../inputs.ts';
import { raiseLimit, tool } from '../tool.ts';

/** A table whose date is known. */
const withoutDate = <Source>(columns: readonly ColumnOf<Source>[], sources: readonly Source[]) => {
  const { columns: described, rows } = tableOf(
    columns.filter(({ name }) => name !== 'date'),
    sources,
  );
  return { columns: described.map(({ name, unit }) => ({ name, unit })), rows };
};

export const night = tool({
  name: 'night',
  title: 'One night with its curves',
  description:
    'One night: every stored value with its unit, its sleep periods, and the curves of sleep phase, heart rate and HRV every 5 minutes. If no night is stored, the reason.',
  input: z.strictObject({ date: dayInput('day of waking up, YYYY-MM-DD'), limit_kb: limitInput }),
  writes: false,
  run: async ({ date }, { stack, state }) => {
    const range = { from: date, to: date };
    const context = await gapContext(stack, state);
    const [gap] = gapRanges(gapsOf(state, range, context).rows, context);
    const stored = (await openLedger(stack).sleepTable.get([date])).get(date);
    const about = [range];
    if (stored === undefined) {
      const facts = { date, stored: false, gap: gap ?? null };
      return { facts: { ...facts, ...(!gap && { note: 'The date is not over, so it is no gap.' }) }, about };
    }
    const values = withoutDate(NIGHT_COLUMNS, [stored]);
    const [row = []] = values.rows;
    const samples = withoutDate(SERIES_COLUMNS, seriesOf([stored]));
    return {
      facts: {
        date,
        stored: true,
        ...(gap && { gap }),
        values: Object.fromEntries(values.columns.map(({ name }, at) => [name, row[at]])),
        units: Object.fromEntries(values.columns.flatMap(({ name, unit }) => (unit ? [[name, unit]] : []))),
        periods: withoutDate(PERIOD_COLUMNS, periodsOf([stored])),
        sample_columns: samples.columns,
      },
      lists: [{ name: 'samples', items: samples.rows, rest: raiseLimit('night', samples.rows, 'samples') }],
      about,
    };
  },
});
