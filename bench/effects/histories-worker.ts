// Runs in a worker thread: looks at its share of the simulated histories, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import type { Correlation } from '../../services/insights/correlations.ts';
import { insights } from '../../services/insights/insights.ts';
import { NO_EFFECTS, SLEEP_EFFECTS } from '../../services/ring-simulator/sleeper/lifter.ts';
import { addDays } from '../../shared/core/day.ts';
import { simulatedHistory } from './simulated-history.ts';

/** A simulated history to be looked at: which sleeper and lifter, how long, and whether sleep matters to the training. */
export interface Case {
  readonly seed: number;
  readonly days: number;
  readonly planted: boolean;
}

/** What `insights` said of it. */
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
