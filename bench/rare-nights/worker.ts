// Runs in a worker thread and examines its share of the simulated histories, one after another.
import { parentPort, workerData } from 'node:worker_threads';
import type { RareKind } from '../../services/insights/rare-nights/rare-night.ts';
import { rareNights } from '../../services/insights/rare-nights/rare-nights.ts';
import { daysBetween } from '../../shared/core/day.ts';
import { simulatedNights } from './histories.ts';
import { CLEAN, type CleanScenario, PLANTED, type PlantedScenario } from './scenarios.ts';

export interface Case {
  readonly scenario: CleanScenario | PlantedScenario;
  readonly seed: number;
  readonly nights: number;
}

/** The rare nights of a history: how many nights after its first, and how rare. */
export interface Outcome extends Case {
  readonly rare: readonly {
    readonly night: number;
    readonly once_in_nights: number;
    readonly kind: RareKind;
  }[];
}

for (const one of workerData as readonly Case[]) {
  const nights = simulatedNights(one.seed, one.nights, { ...CLEAN, ...PLANTED }[one.scenario]);
  const first = nights[0]?.date ?? '';
  const rare = rareNights(nights, { from: first, to: nights.at(-1)?.date ?? first }).map((found) => ({
    night: daysBetween(first, found.date),
    once_in_nights: found.once_in_nights,
    kind: found.kind,
  }));
  parentPort?.postMessage({ ...one, rare } satisfies Outcome);
}
