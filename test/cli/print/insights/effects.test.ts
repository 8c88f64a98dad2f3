import {
  effectsText,
  SLEEP_TO_TRAINING,
  TRAINING_TO_SLEEP,
} from '../../../../services/cli/print/insights/effects.ts';
import type { Effect, EffectsReport } from '../../../../services/insights/effects/effects-report.ts';

const LIKELY: Effect = {
  ...{ sleep_metric: 'total_sleep_duration', training_metric: 'volume_load', lag_days: 0 },
  ...{ n: 182, rho: 0.31, ci: [0.1, 0.5], p: 0.001, q: 0.01, verdict: 'likely' },
  ...{ beyond_chance: true, holds: true },
  natural: { per: 'an hour more sleep', change: 423, ci: [98, 734], unit: 'kg' },
  stability: { thirds: [400, 420, 450], months: 6, months_held: 5, without_a_month: [350, 480] },
  ...{ reversal: null, turning_point: null, detectable: 390 },
  ...{ sessions_to_decide: null, no_effect_beyond: null },
  sentence: 'After nights with an hour more sleep you lifted about 420 kg more.',
};
const UNDECIDED: Effect = {
  ...{ ...LIKELY, verdict: 'undecided', sleep_metric: 'hrv', sessions_to_decide: 93 },
  natural: { per: '10 ms more HRV', change: 210, ci: [-118, 541], unit: 'kg' },
  sentence: 'It is undecided how HRV and volume load are related.',
};
const SMALL: Effect = {
  ...LIKELY,
  verdict: 'no larger effect',
  sentence: 'A later bedtime makes no difference.',
};
const untested = (sleep_metric: Effect['sleep_metric'], n: number): Effect => ({
  ...{ ...LIKELY, verdict: 'not tested', sleep_metric, natural: null, stability: null, detectable: null },
  ...{ n, sentence: `Not tested (${sleep_metric}): ${n} sessions.` },
});
const report = (primary: readonly Effect[], more: Partial<EffectsReport> = {}): EffectsReport => ({
  ...{ sessions: 182, primary, explored: 0, exploratory: [], explained: [], ...more },
});

test('sentences of likely effects come first, then those of small ones, then what is undecided', () => {
  const text = effectsText(report([UNDECIDED, SMALL, LIKELY]), SLEEP_TO_TRAINING);
  const places = ['182 sessions', `- ${LIKELY.sentence}`, `- ${SMALL.sentence}`, 'Undecided'].map((part) =>
    text.indexOf(part),
  );
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places).not.toContain(-1);
});

test('an undecided pair has a line with its interval, what is detectable, and how many sessions decide', () => {
  const line = effectsText(report([UNDECIDED]), SLEEP_TO_TRAINING)
    .split('\n')
    .find((one) => one.includes('10 ms more HRV'));
  expect(line?.split('│').map((cell) => cell.trim())).toEqual([
    ...['', 'volume load with 10 ms more HRV', '−120 to 540 kg', '390 kg', 'about 93', ''],
  ]);
});

test('explains an undecided interval without 0, if there is one', () => {
  const excluding = { ...UNDECIDED, natural: LIKELY.natural };
  const note = 'An interval without 0 can still be chance';
  expect(effectsText(report([UNDECIDED]), SLEEP_TO_TRAINING)).not.toContain(note);
  expect(effectsText(report([UNDECIDED, excluding]), SLEEP_TO_TRAINING)).toContain(note);
});

test('says that no effect is likely', () => {
  expect(effectsText(report([UNDECIDED]), SLEEP_TO_TRAINING)).toContain('No difference is likely');
  expect(effectsText(report([LIKELY]), SLEEP_TO_TRAINING)).not.toContain('No difference is likely');
});

test('names each pair that was not tested, but only the nearest one if none was', () => {
  const both = [untested('hrv', 3), untested('total_sleep_duration', 12)];
  expect(effectsText(report([LIKELY, ...both]), SLEEP_TO_TRAINING)).toContain(
    '- Not tested (hrv): 3 sessions.\n- Not tested (total_sleep_duration): 12 sessions.',
  );
  expect(effectsText(report(both), SLEEP_TO_TRAINING).split('\n')).toEqual([
    'Sleep before training (182 sessions with a night)',
    'Nothing can be compared yet. Not tested (total_sleep_duration): 12 sessions. To get more sessions, import workouts ' +
      'with npm run workouts -- import FILE. If their nights are missing, fetch these with npm run backfill.',
  ]);
});

test('an exploratory group is one finding that names its other pairs', () => {
  const related = [
    { sleep_metric: 'hrv', training_metric: 'sets', lag_days: 2 },
    { sleep_metric: 'nap_duration', training_metric: 'sets', lag_days: 0 },
  ] as const;
  const found = report([LIKELY], { explored: 249, exploratory: [{ lead: LIKELY, related }] });
  const text = effectsText(found, SLEEP_TO_TRAINING);
  expect(text).toContain('Found among 249 other pairs. Take these as ideas to watch, not as results:');
  expect(text).toContain(
    `- ${LIKELY.sentence} The same finding shows in: HRV of 3 nights before and number of sets; naps of the same day and number of sets.`,
  );
  expect(effectsText(found, TRAINING_TO_SLEEP)).toContain('number of sets and HRV of the night after');
  expect(effectsText(report([LIKELY], { explored: 1 }), SLEEP_TO_TRAINING)).toContain(
    'Nothing stands out among 1 other pair.',
  );
});

test('pairs that a main pair explains are named, and are no findings of their own', () => {
  const explained = [{ sleep_metric: 'time_in_bed', training_metric: 'sets', lag_days: 0 }] as const;
  expect(effectsText(report([LIKELY], { explored: 105, explained }), SLEEP_TO_TRAINING)).toContain(
    'The differences above also show in: time in bed of the night before and number of sets.\nNothing else stands out among 105 other pairs.',
  );
});
