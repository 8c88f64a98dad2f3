// Runs in a worker thread and evaluates its share of the histories, one after another.
import { parentPort, workerData } from 'node:worker_threads';
import { effects } from '../../services/insights/effects/effects.ts';
import type { Effect, EffectsReport, PairName } from '../../services/insights/effects/effects-report.ts';
import { insights } from '../../services/insights/insights.ts';
import { NO_EFFECTS, SLEEP_EFFECTS } from '../../services/ring-simulator/sleeper/lifter.ts';
import { addDays } from '../../shared/core/day.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulatedHistory } from './simulated-history.ts';
import { syntheticHistory } from './synthetic-history.ts';

/** A history to evaluate: of a scenario, or of the ring simulator with its lifter. */
export type Case = { readonly seed: number } & (
  | { readonly scenario: string }
  | { readonly days: number; readonly isPlanted: boolean }
);

/** The two pairs with an effect, in every scenario that has one. */
export const PLANTED = [
  { sleep_metric: 'total_sleep_duration', training_metric: 'volume_load' },
  { sleep_metric: 'hrv', training_metric: 'estimated_1rm_change' },
] as const satisfies readonly Partial<PairName>[];

/** What was said about a history. */
export interface Outcome {
  readonly of: Case;
  /** Whether there was any claim in a direction. */
  readonly claims: { readonly sleep_to_training: boolean; readonly training_to_sleep: boolean };
  /** The effects of {@link PLANTED} at lag 0. */
  readonly planted: readonly Effect[];
  /** The claim about time asleep and volume at any lag, primary or exploratory. */
  readonly lagsFound: readonly number[];
  readonly findings: number;
}

const likely = ({ primary }: EffectsReport): Effect[] =>
  primary.filter(({ verdict }) => verdict === 'likely');
const claimsIn = (report: EffectsReport): boolean =>
  likely(report).length + report.exploratory.length + report.explained.length > 0;

const FIRST_DAY = '2015-01-01';

const reportsOf = (one: Case): ReturnType<typeof effects> => {
  if ('scenario' in one) {
    const scenario = SCENARIOS.find(({ name }) => name === one.scenario);
    if (!scenario) throw new Error(`No scenario ${one.scenario}`);
    const { nights, training } = syntheticHistory(scenario, one.seed);
    return effects(nights, training);
  }
  const last = addDays(FIRST_DAY, one.days - 1);
  const history = simulatedHistory(one.seed, FIRST_DAY, last, one.isPlanted ? SLEEP_EFFECTS : NO_EFFECTS);
  return insights(history, { as_of: last });
};

const evaluate = (one: Case): Outcome => {
  const { sleep_to_training: before, training_to_sleep: after } = reportsOf(one);
  const [{ sleep_metric, training_metric }] = PLANTED;
  const leads = [...likely(before), ...before.exploratory.map(({ lead }) => lead)];
  return {
    of: one,
    claims: { sleep_to_training: claimsIn(before), training_to_sleep: claimsIn(after) },
    planted: PLANTED.flatMap(
      (pair) =>
        before.primary.find(
          (effect) =>
            effect.sleep_metric === pair.sleep_metric && effect.training_metric === pair.training_metric,
        ) ?? [],
    ),
    lagsFound: leads
      .filter((effect) => effect.sleep_metric === sleep_metric && effect.training_metric === training_metric)
      .map(({ lag_days }) => lag_days),
    findings: before.exploratory.length,
  };
};

for (const one of workerData as readonly Case[]) parentPort?.postMessage(evaluate(one));
