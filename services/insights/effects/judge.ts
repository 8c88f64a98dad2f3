import type { Day } from '../../../shared/core/day.ts';
import { studentQuantile } from '../statistics/student.ts';
import type { Direction, Effect, Reversal, TurningPoint, Verdict } from './effects-report.ts';
import type { Tested, Untested } from './evaluate-pairs.ts';
import { notTestedSentence, sentenceOf, type Words, wordsOf } from './sentence.ts';
import { changeOverTime, curveOf } from './shape.ts';
import { type Variation, variationOf } from './stability.ts';

/** Two-sided p of a 95 % interval. */
const P_OF_INTERVAL = 0.05;
/** The p whose quantile is added for a power of 80 %: 20 % on one side. */
const P_OF_POWER = 0.4;
/** A partial correlation up to this explains 4 % of the variation. A smaller effect would not change what anyone does. */
const SMALL = 0.2;
/** Once a pair is claimed, a turning point or a reversal needs only this p to be mentioned. */
const P_OF_MENTION = 0.01;
/** Each half must show its own direction. */
const P_OF_HALF = 0.05;

/** What a pair must reach. */
export interface Level {
  /** Highest q of a claim. */
  readonly q: number;
  /** Highest p of a single test among as many as in the family: q / number of tests. */
  readonly p: number;
  /** Highest p of a turning point or a reversal without a linear effect; 0 if none is looked for. */
  readonly shape: number;
}

/** The middle values of an effect on the scale of its sentence. */
interface Scale {
  /** Shown units per unit of slope. */
  readonly shown: number;
  /** Correlation per unit of slope. */
  readonly rho: number;
}

/** The interval of a correlation with this standard error. Fisher's transformation keeps it inside -1 to 1. */
const rhoInterval = (rho: number, error: number, quantile: number): readonly [number, number] => {
  const centre = Math.max(-0.999, Math.min(0.999, rho));
  const reach = (quantile * error) / (1 - centre ** 2);
  return [Math.tanh(Math.atanh(centre) - reach), Math.tanh(Math.atanh(centre) + reach)];
};

const reversalOf = (
  tested: Tested,
  { halves: [before, after] }: Variation,
  since: Day | undefined,
  { shown }: Scale,
  most: number,
): Reversal | null => {
  if (!before || !after || since === undefined || before.slope * after.slope >= 0) return null;
  if (before.p > P_OF_HALF || after.p > P_OF_HALF) return null;
  const changed = changeOverTime(tested);
  if (!changed || changed.p > most) return null;
  return { since, before: before.slope * shown, after: after.slope * shown };
};

const turningPointOf = (tested: Tested, dates: readonly Day[], most: number): TurningPoint | null => {
  const curve = curveOf(tested);
  if (curve?.at === undefined || curve.added.p > most || !variationOf(curve.added, dates).holds) return null;
  return { kind: curve.added.slope < 0 ? 'highest' : 'lowest', at: curve.at };
};

/**
 * About how many sessions more give a power of 80 % for the effect as estimated, or for a small one. The t of an effect grows with
 * the root of the number of sessions.
 */
const sessionsToDecide = ({ effect, rows }: Tested, scale: Scale, level: Level): number => {
  const { freedom, t, error } = effect;
  const effort = studentQuantile(level.p, freedom) + studentQuantile(P_OF_POWER, freedom);
  const expected = Math.max(Math.abs(t), SMALL / (error * scale.rho));
  return Math.max(1, Math.ceil(rows.length * ((effort / expected) ** 2 - 1)));
};

const NOTHING = {
  ...{ rho: null, ci: null, p: null, q: null, natural: null, stability: null, reversal: null },
  ...{ turning_point: null, detectable: null, sessions_to_decide: null, no_effect_beyond: null },
  ...{ beyond_chance: null, holds: null },
} as const;

/** Judges a pair that was not tested. */
export const notTested = ({ pair, rows, why }: Untested): Effect => ({
  ...{ ...pair.name, ...NOTHING, n: rows.length, verdict: 'not tested' },
  sentence: notTestedSentence(pair.name, rows.length, why),
});

const scaleOf = ({ effect, kept }: Tested, { step, outcome }: Words): Scale => ({
  shown: step.size / outcome.per / kept,
  rho: effect.rho / effect.slope / kept,
});

/** What a history says about a tested pair. @param q false discovery rate in its family */
export const judge = (
  tested: Tested,
  q: number,
  level: Level,
  { dates, direction }: { dates: readonly Day[]; direction: Direction },
): Effect => {
  const { pair, rows, effect } = tested;
  const { slope, error, freedom, p } = effect;
  const words = wordsOf(pair.name, direction);
  const scale = scaleOf(tested, words);
  const own = rows.flatMap((row) => dates[row] ?? []);
  const variation = variationOf(effect, own);
  const quantile = studentQuantile(P_OF_INTERVAL, freedom);
  // The share that the controls keep is divided out after Fisher's transformation, which is undefined beyond 1.
  const whole = (kept: number): number => Math.max(-0.999, Math.min(0.999, kept / tested.kept));
  const rho = whole(effect.rho);
  const [low, high] = rhoInterval(effect.rho, (error * effect.rho) / slope, quantile);
  const ci = [whole(low), whole(high)] as const;
  const isBeyondChance = q <= level.q && ci[0] * ci[1] > 0;
  const isLinear = isBeyondChance && variation.holds;
  const mention = isLinear && level.shape > 0 ? P_OF_MENTION : level.shape;
  const reversal = reversalOf(tested, variation, own[Math.ceil(own.length / 2)], scale, mention);
  const turning_point = turningPointOf(tested, own, mention);
  const isSmall = ci[0] >= -SMALL && ci[1] <= SMALL;
  const verdict: Verdict =
    isLinear || reversal || turning_point ? 'likely' : isSmall ? 'no larger effect' : 'undecided';
  const change = slope * scale.shown;
  const reach = quantile * error * scale.shown;
  const interval = [change - reach, change + reach] as const;
  const [least, largest] = variation.withoutMonth;
  const result = {
    ...{ ...pair.name, n: rows.length, rho, ci, p, q, verdict },
    ...{ beyond_chance: isBeyondChance, holds: isLinear },
    natural: { per: words.step.words, change, ci: interval, unit: words.outcome.unit },
    stability: {
      thirds: variation.thirds.map((third) => third * scale.shown),
      ...{ months: variation.months, months_held: variation.monthsHeld },
      without_a_month: [least * scale.shown, largest * scale.shown] as const,
    },
    ...{ reversal, turning_point },
    detectable:
      (studentQuantile(level.p, freedom) + studentQuantile(P_OF_POWER, freedom)) * error * scale.shown,
    // More sessions do not help an effect that lacks stability instead of certainty.
    sessions_to_decide:
      verdict === 'undecided' && !isBeyondChance ? sessionsToDecide(tested, scale, level) : null,
    no_effect_beyond: Math.max(Math.abs(interval[0]), Math.abs(interval[1])),
  };
  return { ...result, sentence: sentenceOf(words, result) };
};
