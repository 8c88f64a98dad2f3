import { type Judged, sentenceOf, wordsOf } from '../../../services/insights/effects/sentence.ts';

const STRENGTH = { sleep_metric: 'hrv', training_metric: 'estimated_1rm_change', lag_days: 0 } as const;
const JUDGED: Judged = {
  ...{ n: 140, verdict: 'likely', reversal: null, turning_point: null, beyond_chance: true, holds: true },
  ...{ sessions_to_decide: null, no_effect_beyond: null },
  natural: { per: 'an HRV 10 ms higher', change: 0.0138 / 0.01, ci: [0.46, 1.8], unit: '%' },
  stability: { thirds: [1, 1, 2], months: 6, months_held: 5, without_a_month: [1, 2] },
};
const said = (more: Partial<Judged> = {}) =>
  sentenceOf(wordsOf(STRENGTH, 'sleep_to_training'), { ...JUDGED, ...more });

test('strength is compared with the trend of the lifts, and both ends of the interval have the same decimals', () => {
  expect(said()).toBe(
    'After nights with an HRV 10 ms higher your lifts were about 1.4 % above their own trend (0.5–1.8; 140 sessions; holds in 5 of 6 months).',
  );
  expect(
    said({
      verdict: 'undecided',
      natural: { per: 'an HRV 10 ms higher', change: 0.9, ci: [-0.03, 1.83], unit: '%' },
    }),
  ).toContain('your lifts were between 0.03 % below and 1.83 % above their own trend');
  expect(said({ holds: false, turning_point: { kind: 'highest', at: 62 } })).toBe(
    'Your lifts were furthest above their own trend after nights with HRV around 62 ms, and below on both sides of it (140 sessions).',
  );
});
