// Runs in a worker thread and evaluates its share of the simulated histories, one after another.
import { parentPort, workerData } from 'node:worker_threads';
import type { Correlation } from '../../services/insights/correlations.ts';
import { insights } from '../../services/insights/insights.ts';
import { NO_EFFECTS, SLEEP_EFFECTS } from '../../services/ring-simulator/sleeper/lifter.ts';
import { addDays } from '../../shared/core/day.ts';
import { simulatedHistory } from './simulated-history.ts';

/** A simulated history: the seed of sleeper and lifter, the length, and whether training depends on sleep. */
export interface Case {
  readonly seed: number;
  readonly days: number;
  readonly planted: boolean;
}

/** The result of `insights`. */
export interface Outcome extends Case {
  readonly correlations: readonly Correlation[];
}

const FIRST_DAY = '2015-01-01';

const lookAt = ({ seed, days, planted }: Case): readonly Correlation[] => {
  const last = addDays(FIRST_DAY, days - 1);
  const history = simulatedHistory(seed, FIRST_DAY, last, planted ? SLEEP_EFFECTS : NO_EFFECTS);
  return insights(history, { as_of: last }).correlations;
};

for (const one of workerData as readonly Case[]) {
  const outcome: Outcome = { ...one, correlations: lookAt(one) };
  parentPort?.postMessage(outcome);
}
