import { insightsText } from '../../../../services/cli/print/insights/insights-text.ts';
import { rareNightsText } from '../../../../services/cli/print/insights/rare-nights.ts';
import { bullets } from '../../../../services/cli/print/wrap.ts';
import type { Insights } from '../../../../services/insights/insights.ts';
import type { RareKind, RareNight } from '../../../../services/insights/rare-nights/rare-night.ts';
import type { Trend } from '../../../../services/insights/trends.ts';
import { addDays } from '../../../../shared/core/day.ts';

const TREND: Trend = {
  ...{ metric: 'hrv', n: 0, mean_7: null, mean_28: null, slope_per_day: null },
  ...{ slope_ci: null, baseline: null, change: null },
};
const EFFECTS = { sessions: 0, primary: [], explored: 0, exploratory: [], explained: [] };
const textOf = (more: Partial<Insights>): string =>
  insightsText({
    ...{ as_of: '2026-03-10', nights: 100, trends: [TREND], rare_nights: [] },
    measures: { weeks: [], exercises: [] },
    ...{ sleep_to_training: EFFECTS, training_to_sleep: EFFECTS, ...more },
  });

test('says how to get sessions if none has a night', () => {
  const hint =
    'No session with a night yet. To get more sessions, import workouts with npm run workouts -- import FILE. If their nights ';
  expect(textOf({})).toContain(hint);
  expect(textOf({ sleep_to_training: { ...EFFECTS, sessions: 1 } })).not.toContain(hint);
});

test('says why no metric has a change, and what to do, until one has a baseline', () => {
  const note = /^–: too few nights\. To get earlier ones, run npm run backfill -- --from YYYY-MM-DD\.$/m;
  expect(textOf({})).toMatch(note);
  expect(textOf({ trends: [TREND, { ...TREND, baseline: 50 }] })).not.toMatch(note);
});

const rareOn = (
  date: string,
  kind: RareKind,
  episode = { first: date, last: date, nights: 1 },
): RareNight => ({
  ...{ date, kind, episode, once_in_nights: 250, rarity: 'about once in 8 months', metrics: [] },
  sentence: `The night of ${date}.`,
});

const rareTextOf = (rare: readonly RareNight[]): string => rareNightsText(rare, 400);

test('only the first four weeks of nights are a reason for no rare night', () => {
  expect(rareNightsText([], 28)).toContain('None. The first four weeks of nights only show what is usual.');
  expect(rareNightsText([], 29)).toBe('Rare nights\nNone in this range.');
});

test('rare nights are listed by kind, a possible illness first, each with how rare it is', () => {
  const text = rareTextOf([
    rareOn('2026-01-03', 'good'),
    rareOn('2026-01-09', 'bad'),
    rareOn('2026-01-06', 'possible illness'),
    rareOn('2026-01-01', 'bad'),
  ]);
  expect(text.match(/^(?:[A-Z].*:|- [\d-]+)/gm)).toEqual([
    ...['Possible illness:', '- 2026-01-06', 'Bad nights:', '- 2026-01-09', '- 2026-01-01'],
    ...['Good nights:', '- 2026-01-03'],
  ]);
  expect(text).toContain('- 2026-01-06, about once in 8 months: The night of 2026-01-06.');
});

test('an episode is listed once, by its rarest night, and names the others', () => {
  const episode = { first: '2026-01-05', last: '2026-01-07', nights: 3 };
  const text = rareTextOf(
    ['2026-01-06', '2026-01-07', '2026-01-05'].map((date) => rareOn(date, 'bad', episode)),
  );
  expect(text.match(/^- .*$/gm)).toEqual([
    '- 2026-01-06, about once in 8 months: The night of 2026-01-06. Also rare: 2026-01-05, 2026-01-07.',
  ]);
});

test('says how many rare nights are not shown', () => {
  const nights = Array.from({ length: 14 }, (_, at) => rareOn(addDays('2026-01-01', 7 * at), 'bad'));
  expect(rareTextOf(nights)).toContain('2 less rare ones not shown');
  expect(rareTextOf(nights.slice(0, 12))).not.toContain('not shown');
});

test('the lines of a list fit the width, and are indented below its hyphens', () => {
  expect(bullets(['one two three', 'four'], 9)).toBe('- one two\n  three\n- four');
});
