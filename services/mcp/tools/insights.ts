import { z } from 'zod';
import { checkDateRange } from '../../../shared/core/date-range.ts';
import type { EffectsReport } from '../../insights/effects/effects-report.ts';
import type { Insights } from '../../insights/insights.ts';
import { measureRows } from '../../insights/measures/describe.ts';
import { readInsights } from '../../insights/read-insights.ts';
import { nightsIn } from '../coverage.ts';
import type { AnswerList, LeftOut } from '../fit-answer.ts';
import { dayInput, limitInput } from '../inputs.ts';
import { unitOf } from '../night-fields.ts';
import { tool } from '../tool.ts';

/** The trends are last: they take the most room, and compare_nights answers most questions about change. */
const PARTS = ['effects', 'measures', 'rare_nights', 'trends'] as const;
type Part = (typeof PARTS)[number];

const effectsList = (name: string, { primary, exploratory, explained }: EffectsReport): AnswerList[] => [
  listOf(`${name}_main_pairs`, primary, 'effects'),
  listOf(`${name}_ideas`, exploratory, 'effects'),
  listOf(`${name}_explained_by_main_pairs`, explained, 'effects'),
];

/** Rounds every number in `value` to four digits: more say nothing, and take a third of the answer. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'number' && !Number.isInteger(each) ? Number(each.toPrecision(4)) : each,
  );

const listOf = (name: string, items: readonly unknown[], part: Part): AnswerList => ({
  name,
  items: items.map(rounded),
  rest: (kept) => ({
    what: `the last ${items.length - kept} of ${items.length} ${name.replaceAll('_', ' ')}`,
    how: `call insights with parts ["${part}"], or with a larger limit_kb`,
  }),
});

/** The lists of a part, as `npm run insights -- --format json` has them. */
const LISTS: Readonly<Record<Part, (insights: Insights) => AnswerList[]>> = {
  effects: ({ sleep_to_training, training_to_sleep }) => [
    ...effectsList('sleep_to_training', sleep_to_training),
    ...effectsList('training_to_sleep', training_to_sleep),
  ],
  trends: ({ trends }) => [
    listOf(
      'trends',
      trends.map((trend) => ({ ...trend, unit: unitOf(trend.metric) })),
      'trends',
    ),
  ],
  measures: ({ measures }) => [listOf('measures', measureRows(measures), 'measures')],
  rare_nights: ({ rare_nights }) => [listOf('rare_nights', rare_nights, 'rare_nights')],
};

const countsOf = ({ sessions, explored }: EffectsReport) => ({ sessions, other_pairs_tested: explored });

export const insights = tool({
  name: 'insights',
  title: 'Insights',
  description:
    'How sleep and training are related (with verdict, 95 % interval and a sentence for each pair), trends of each metric, measures of the last week, and rare nights, the rarest first. Numbers have four digits. An answer never shows a cause: quote the verdict and the interval with it. The verdict "likely" is a finding, "no larger effect" rules out more than no_effect_beyond, and "undecided" and "not tested" decide nothing. Watch ideas; they are no findings.',
  input: z.strictObject({
    parts: z
      .array(z.enum(PARTS))
      .min(1)
      .default([...PARTS]),
    from: dayInput('first date; default: the first night').optional(),
    to: dayInput('last date; default: the newest night').optional(),
    limit_kb: limitInput,
  }),
  writes: false,
  run: async ({ parts, from, to }, { stack, state }) => {
    const range = { from, to };
    checkDateRange(range);
    const { insights: found, origin, skipped } = await readInsights(stack, range);
    const { as_of, nights, sleep_to_training, training_to_sleep } = found;
    const chosen = PARTS.filter((part) => parts.includes(part));
    const others = PARTS.filter((part) => !parts.includes(part));
    const leftOut: LeftOut[] = others.map((part) => ({
      what: part.replaceAll('_', ' '),
      how: `call insights with parts ["${part}"]`,
    }));
    return {
      facts: {
        range: { from: from ?? null, to: to ?? null },
        as_of,
        nights: nightsIn(state, range),
        nights_with_those_before_the_range: nights,
        training_is: origin,
        ...(skipped > 0 && { ignored_items_in_workouts_table: skipped }),
        ...(parts.includes('effects') && {
          sleep_to_training: countsOf(sleep_to_training),
          training_to_sleep: countsOf(training_to_sleep),
        }),
      },
      lists: chosen.flatMap((part) => LISTS[part](found)),
      leftOut: parts.includes('measures')
        ? [...leftOut, { what: 'measures of earlier weeks', how: 'call insights with an earlier to' }]
        : leftOut,
      about: [range],
    };
  },
});
