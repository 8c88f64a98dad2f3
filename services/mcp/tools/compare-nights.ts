import { z } from 'zod';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { DayRange } from '../../../shared/core/day.ts';
import { METRICS, type Metric } from '../../../shared/core/metrics.ts';
import { signed } from '../../../shared/core/text.ts';
import { readSummaries } from '../../insights/export/read-table.ts';
import { coverageOf } from '../coverage.ts';
import { MOST_DATES, rangeInput } from '../inputs.ts';
import { type MetricSummary, metricsInput, summaryOf } from '../night-fields.ts';
import { type ToolCall, tool } from '../tool.ts';

const readRange = async (range: DayRange, call: ToolCall) => {
  checkDateRange(range, { most: MOST_DATES });
  const stored = await readSummaries(call.stack, range);
  const { counts, toExplain } = await coverageOf(range, call);
  return { stored, facts: { ...range, ...counts, ...toExplain } };
};

/** The difference of the means, for people. */
const differenceOf = (metric: Metric, first: MetricSummary, second: MetricSummary): string | null => {
  if (first.mean === null || second.mean === null) return null;
  const { unit, per, digits } = METRICS[metric].difference;
  return `${signed((second.mean - first.mean) / per, digits)} ${unit}`.trim();
};

export const compareNights = tool({
  name: 'compare_nights',
  title: 'Compare two ranges',
  description:
    'Compares the nights of two ranges, such as two months: for each metric the number of nights, mean, median and standard deviation in both, and the difference of the means (second minus first).',
  input: z.strictObject({ first: rangeInput, second: rangeInput, metrics: metricsInput }),
  writes: false,
  run: async ({ first, second, metrics: chosen }, call) => {
    const [one, other] = [await readRange(first, call), await readRange(second, call)];
    const metrics = chosen.map((metric) => {
      const of = { first: summaryOf(one.stored, metric), second: summaryOf(other.stored, metric) };
      return {
        metric,
        label: METRICS[metric].label,
        ...of,
        difference: differenceOf(metric, of.first, of.second),
      };
    });
    return {
      facts: {
        first: one.facts,
        second: other.facts,
        metrics,
        how_certain:
          'No interval is given, because nights in a row resemble each other. A difference that is small beside the standard deviations, or of few nights, can be chance.',
      },
      leftOut: [{ what: 'the nights themselves', how: 'call nights with either range' }],
      about: [first, second],
    };
  },
});
