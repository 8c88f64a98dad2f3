import { z } from 'zod';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import { addDays } from '../../../shared/core/day.ts';
import { gapRanges } from '../../operations/gaps/find-gaps.ts';
import { currentDatesOf } from '../../operations/stack.ts';
import { coverageOf } from '../coverage.ts';
import { dayInput, limitInput, MOST_DATES } from '../inputs.ts';
import { tool } from '../tool.ts';

export const gaps = tool({
  name: 'gaps',
  title: 'Dates without a night',
  description:
    'Why a night is missing: every date of the range that is over and has no stored night (or one that Oura no longer has), with its reason, the evidence, and what happens next. Consecutive dates with the same facts are one entry; newest first. Without a range: from the first known date to yesterday.',
  input: z.strictObject({
    from: dayInput('first date, YYYY-MM-DD').optional(),
    to: dayInput('last date, included').optional(),
    limit_kb: limitInput,
  }),
  writes: false,
  run: async ({ from, to }, call) => {
    const range = { from, to };
    checkDateRange(range, { ...currentDatesOf(call.stack), most: MOST_DATES });
    const { context, rows, counts } = await coverageOf(range, call);
    const items = gapRanges(rows, context).reverse();
    const reasons = Map.groupBy(rows, ({ reason }) => reason);
    return {
      facts: {
        range: { from: from ?? null, to: to ?? null },
        ...counts,
        dates_by_reason: Object.fromEntries([...reasons].map(([reason, of]) => [reason, of.length])),
      },
      lists: [
        {
          name: 'gaps',
          items,
          rest: (kept) => {
            const last = items[kept - 1];
            const earlier = last === undefined ? '' : ` with to ${addDays(last.from, -1)}`;
            return {
              what: `the ${items.length - kept} earliest of ${items.length} entries`,
              how: `call gaps${earlier}, or with a larger limit_kb`,
            };
          },
        },
      ],
      about: [range],
    };
  },
});
