import type { Units } from '../../../shared/core/units.ts';
import type { Direction, Effect, EffectsReport } from './effects-report.ts';
import { sentenceOf, wordsOf } from './sentence.ts';

/** An effect with its sizes and its sentence in other units. A step is a round number in each unit. */
const effectIn = (effect: Effect, direction: Direction, units: Units): Effect => {
  const { natural, stability, reversal } = effect;
  if (natural === null || stability === null) return effect;
  const words = wordsOf(effect, direction, units);
  const before = wordsOf(effect, direction);
  const factor = words.step.size / words.outcome.per / (before.step.size / before.outcome.per);
  const scaled = ([low, high]: readonly [number, number]) => [low * factor, high * factor] as const;
  const sized = (size: number | null) => size && size * factor;
  const converted = {
    ...effect,
    natural: {
      per: words.step.words,
      change: natural.change * factor,
      ci: scaled(natural.ci),
      unit: words.outcome.unit,
    },
    stability: {
      ...stability,
      thirds: stability.thirds.map((third) => third * factor),
      without_a_month: scaled(stability.without_a_month),
    },
    reversal: reversal && {
      ...reversal,
      before: reversal.before * factor,
      after: reversal.after * factor,
    },
    detectable: sized(effect.detectable),
    no_effect_beyond: sized(effect.no_effect_beyond),
  };
  return { ...converted, sentence: sentenceOf(words, converted) };
};

/** The effects of a direction in other units than the stored ones. */
export const effectsIn = (report: EffectsReport, direction: Direction, units: Units): EffectsReport => ({
  ...report,
  primary: report.primary.map((effect) => effectIn(effect, direction, units)),
  exploratory: report.exploratory.map((group) => ({
    ...group,
    lead: effectIn(group.lead, direction, units),
  })),
});
