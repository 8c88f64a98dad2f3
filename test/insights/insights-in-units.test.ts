import { simulatedHistory } from '../../bench/effects/simulated-history.ts';
import type { Effect } from '../../services/insights/effects/effects-report.ts';
import { type Insights, insights } from '../../services/insights/insights.ts';
import { insightsIn, rareNightsIn } from '../../services/insights/insights-in-units.ts';
import { measureRows } from '../../services/insights/measures/describe.ts';
import type { RareNight } from '../../services/insights/rare-nights/rare-night.ts';
import { SLEEP_EFFECTS } from '../../services/ring-simulator/sleeper/lifter.ts';
import { STORED_UNITS, type Units } from '../../shared/core/units.ts';
import { POUNDS_PER_KILOGRAM } from '../../shared/core/weight.ts';

const USA: Units = { clock: '12', temperature: '°F', weight: 'lb' };

let stored: Insights;
let shown: Insights;
beforeAll(() => {
  const { nights, training } = simulatedHistory(1, '2025-01-01', '2025-12-31', SLEEP_EFFECTS);
  stored = insights({ nights, training }, { as_of: nights.at(-1)?.date ?? '' });
  shown = insightsIn(stored, USA);
});

const effectsOf = ({ sleep_to_training, training_to_sleep }: Insights): Effect[] =>
  [sleep_to_training, training_to_sleep].flatMap(({ primary, exploratory }) => [
    ...primary,
    ...exploratory.map(({ lead }) => lead),
  ]);
const sentencesOf = (all: Insights, units: Units): string[] => [
  ...effectsOf(all).map(({ sentence }) => sentence),
  ...all.rare_nights.map(({ sentence }) => sentence),
  ...measureRows(all.measures, units).flatMap(({ value, meaning }) => [value, meaning]),
];

test('the stored units change nothing', () => {
  expect(insightsIn(stored, STORED_UNITS)).toEqual(stored);
});

test('no sentence mixes the units', () => {
  const before = sentencesOf(stored, STORED_UNITS).join('\n');
  for (const unit of [/\d kg/, /\b\d\d:\d\d\b(?! [ap]m)/]) expect(before).toMatch(unit);
  const after = sentencesOf(shown, USA).join('\n');
  for (const unit of [/\d kg/, /\b\d\d:\d\d\b(?! [ap]m)/]) expect(after).not.toMatch(unit);
  for (const unit of [/\d lb/, /\d [ap]m/]) expect(after).toMatch(unit);
});

test('an effect on the volume has its size in pounds, and one of the volume a step of 2,000 pounds', () => {
  const tested = effectsOf(stored).flatMap((effect, at) => {
    const converted = effectsOf(shown)[at];
    return effect.natural && converted?.natural ? [[effect, converted] as const] : [];
  });
  const factorOf = ([before, after]: readonly [Effect, Effect]) =>
    (after.natural?.change ?? 0) / (before.natural?.change ?? 1);
  const onVolume = tested.filter(([{ natural }]) => natural?.unit === 'kg');
  const ofVolume = tested.filter(([{ natural }]) => natural?.per === '1,000 kg more volume');
  expect(Math.min(onVolume.length, ofVolume.length)).toBeGreaterThan(0);
  for (const pair of onVolume) {
    const [before, after] = pair;
    expect(factorOf(pair)).toBeCloseTo(POUNDS_PER_KILOGRAM, 9);
    expect(after.natural?.unit).toBe('lb');
    expect(after.stability?.thirds).toEqual(
      before.stability?.thirds.map((third) => expect.closeTo(third * POUNDS_PER_KILOGRAM, 6)),
    );
    expect(after.detectable).toBeCloseTo((before.detectable ?? 0) * POUNDS_PER_KILOGRAM, 6);
  }
  for (const pair of ofVolume) {
    expect(factorOf(pair)).toBeCloseTo(2 / POUNDS_PER_KILOGRAM, 9);
    expect(pair[1].natural?.per).toBe('2,000 lb more volume');
  }
});

test('a rare night has its temperature and its bedtime in the units', () => {
  const night: RareNight = {
    ...{ date: '2025-03-10', once_in_nights: 90, rarity: 'about once in 3 months', kind: 'mixed' },
    metrics: [
      { metric: 'temperature_delta', value: 1, usual: [-0.5, 0.5], deviation: 4 },
      { metric: 'bedtime_start', value: 120, usual: [-120, 30], deviation: 3 },
    ],
    episode: { first: '2025-03-10', last: '2025-03-10', nights: 1 },
    sentence: '',
  };
  const sentenceIn = (units: Units) => rareNightsIn([night], units)[0]?.sentence;
  expect(sentenceIn(STORED_UNITS)).toContain('temperature +1.00 °C (usual −0.50 to +0.50) and bedtime 02:00');
  expect(sentenceIn(USA)).toContain('temperature +1.80 °F (usual −0.90 to +0.90) and bedtime 2:00 am');
});
