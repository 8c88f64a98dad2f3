import type { Units } from '../../shared/core/units.ts';
import { effectsIn } from './effects/effect-in-units.ts';
import type { Insights } from './insights.ts';
import { sentenceOf } from './rare-nights/describe.ts';
import type { RareNight } from './rare-nights/rare-night.ts';

/** Rare nights with their sentences in other units. */
export const rareNightsIn = (nights: readonly RareNight[], units: Units): RareNight[] =>
  nights.map((night) => ({ ...night, sentence: sentenceOf(night.kind, night.metrics, units) }));

/** Insights with their sentences, and the sizes of effects, in other units. Nothing is computed again. */
export const insightsIn = (insights: Insights, units: Units): Insights => ({
  ...insights,
  rare_nights: rareNightsIn(insights.rare_nights, units),
  sleep_to_training: effectsIn(insights.sleep_to_training, 'sleep_to_training', units),
  training_to_sleep: effectsIn(insights.training_to_sleep, 'training_to_sleep', units),
});
