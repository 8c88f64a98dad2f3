import type { Day } from '../../../shared/core/day.ts';
import type { DatedNight } from '../features/metric-values.ts';
import { adaptiveRates } from '../statistics/false-discovery.ts';
import type { TrainingDay } from '../training/training-day.ts';
import { residualsOf } from './controls.ts';
import type { Direction, Effect, EffectGroup, EffectsReport, PairName } from './effects-report.ts';
import { createEvaluator, selectControl, type Tested, type Untested } from './evaluate-pairs.ts';
import { judge, type Level, notTested } from './judge.ts';
import { type Pair, type Pairs, sleepBeforeTraining, trainingBeforeSleep } from './pairs.ts';
import { relate } from './partial-effect.ts';

/**
 * The false discovery rates of the families. Without any effect, the false discovery rate of a family is the probability of a
 * claim in it, so about their sum, 9.5 %, is the share of histories with a claim. docs/insights.md has the shares in simulations.
 */
const RATES = {
  sleep_to_training: { primary: 0.07, shape: 0.005, exploratory: 0.007 },
  training_to_sleep: { primary: 0.008, shape: 0.002, exploratory: 0.003 },
} as const;

/** A pair says something new if this p remains once another finding is known. */
const P_OF_NEWS = 0.01;

const isTested = (evaluated: Tested | Untested): evaluated is Tested => evaluated.effect !== undefined;

/** Adds to each tested pair its false discovery rate in the family. */
const withRates = (
  family: readonly (Tested | Untested)[],
  level: number,
): { tested: Tested; q: number }[] => {
  const tested = family.filter(isTested);
  const rates = adaptiveRates(
    tested.map(({ effect }) => effect.p),
    level,
  );
  return tested.map((one, at) => ({ tested: one, q: rates[at] ?? 1 }));
};

/**
 * Whether a finding says nothing new once another is known. Before training, many sleep measures are parts of one another, so the
 * other's sleep measure becomes a control. After training it does too.
 */
const isExplainedBy = (direction: Direction, found: Tested, other: Tested): boolean => {
  const side = direction === 'sleep_to_training' ? other.pair.x : other.pair.y;
  const adjustment = found.adjustment.with([selectControl(side, found.rows)]);
  const [x, y] = [residualsOf(found.x, adjustment), residualsOf(found.y, adjustment)];
  return !x || !y || relate(x, y, { ...found.effect, freedom: found.effect.freedom - 1 }).p > P_OF_NEWS;
};

interface Judged {
  readonly tested: Tested;
  readonly effect: Effect;
}

/** Joins findings, strongest first, with the earlier finding that explains them. */
const groupFindings = (
  direction: Direction,
  primary: readonly Judged[],
  found: readonly Judged[],
): { groups: EffectGroup[]; explained: PairName[] } => {
  const groups: { lead: Judged; related: PairName[] }[] = [];
  const explained: PairName[] = [];
  for (const one of found.toSorted((a, b) => a.tested.effect.p - b.tested.effect.p)) {
    const isExplained = ({ tested }: Judged): boolean => isExplainedBy(direction, one.tested, tested);
    const group = groups.find(({ lead }) => isExplained(lead));
    if (primary.some(isExplained)) explained.push(one.tested.pair.name);
    else if (group) group.related.push(one.tested.pair.name);
    else groups.push({ lead: one, related: [] });
  }
  return { groups: groups.map(({ lead, related }) => ({ lead: lead.effect, related })), explained };
};

const report = (direction: Direction, { dates, primary, exploratory }: Pairs): EffectsReport => {
  const rates = RATES[direction];
  const evaluate = createEvaluator(dates, direction);
  const first = primary.map(evaluate);
  const chosen = withRates(first, rates.primary);
  const level: Level = {
    ...{ q: rates.primary, p: rates.primary / Math.max(1, chosen.length) },
    // Each primary pair can have a turning point and a reversal.
    shape: rates.shape / Math.max(1, 2 * chosen.length),
  };
  const judged = chosen.map(({ tested, q }) => ({
    tested,
    effect: judge(tested, q, level, { dates, direction }),
  }));
  const effectOf = new Map<Pair, Effect>(judged.map(({ tested, effect }) => [tested.pair, effect]));

  const others = withRates(exploratory.map(evaluate), rates.exploratory);
  const second: Level = { q: rates.exploratory, p: rates.exploratory / Math.max(1, others.length), shape: 0 };
  const found = others
    .filter(({ q }) => q <= second.q)
    .map(({ tested, q }) => ({ tested, effect: judge(tested, q, second, { dates, direction }) }));
  const isLikely = ({ effect }: Judged): boolean => effect.verdict === 'likely';
  const { groups, explained } = groupFindings(direction, judged.filter(isLikely), found.filter(isLikely));
  return {
    sessions: Math.max(0, ...first.map(({ rows }) => rows.length)),
    primary: first.flatMap((one) => (isTested(one) ? (effectOf.get(one.pair) ?? []) : notTested(one))),
    explored: others.length,
    ...{ exploratory: groups, explained },
  };
};

const PAIRS = { sleep_to_training: sleepBeforeTraining, training_to_sleep: trainingBeforeSleep } as const;

/**
 * Compares sleep with the training after it, and training with the sleep after it. Deterministic.
 * @param training in order of date, each date once
 */
export const effects = (
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
): Record<Direction, EffectsReport> => ({
  sleep_to_training: report('sleep_to_training', PAIRS.sleep_to_training(nights, training)),
  training_to_sleep: report('training_to_sleep', PAIRS.training_to_sleep(nights, training)),
});

/** One session of a pair, with the values as stored: `x` is of what came first. */
export interface EffectPoint {
  readonly date: Day;
  readonly x: number;
  readonly y: number;
}

/**
 * Returns the sessions of a pair, in order of date. `undefined` if the pair does not exist.
 * @param training as for {@link effects}
 */
export const effectPoints = (
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
  direction: Direction,
  { sleep_metric, training_metric, lag_days }: PairName,
): EffectPoint[] | undefined => {
  const { dates, primary, exploratory } = PAIRS[direction](nights, training);
  const pair = [...primary, ...exploratory].find(
    ({ name }) =>
      name.sleep_metric === sleep_metric &&
      name.training_metric === training_metric &&
      name.lag_days === lag_days,
  );
  return (
    pair &&
    dates.flatMap((date, row) => {
      const [x, y] = [pair.x[row] ?? Number.NaN, pair.y[row] ?? Number.NaN];
      return Number.isFinite(x) && Number.isFinite(y) ? [{ date, x, y }] : [];
    })
  );
};
