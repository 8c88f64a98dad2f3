// Checks that `insights` finds real effects and no others: 200 simulated histories of 180 days whose training depends on sleep
// with known coefficients, and 200 without effects. Prints how often the intervals cover the true value, how often the effects
// are found, and the share of false claims. Lists the figures outside their bounds.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { mean } from 'simple-statistics';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { type Correlation, isClaim } from '../services/insights/correlations.ts';
import { SLEEP_EFFECTS } from '../services/ring-simulator/sleeper/lifter.ts';
import type { Case, Outcome } from './effects/histories-worker.ts';

const HISTORIES = 200;
const DAYS = 180;
/** The project's bounds (README). */
const BOUNDS = { coverage: 0.9, falseDiscoveries: 0.1 };

/** The true value is the mean over this many other histories of ten years with about 1,500 training days each. */
const LONG = { histories: 8, days: 3652, firstSeed: 10_001 };

/** The two pairs with the lifter's effects. */
const PLANTED = [
  { sleep_metric: 'total_sleep_duration', training_metric: 'volume_load', lag_days: 0 },
  { sleep_metric: 'hrv', training_metric: 'estimated_1rm_change', lag_days: 0 },
] as const;

const run = (cases: readonly Case[]): Promise<Outcome[]> =>
  new Promise((resolve, reject) => {
    const outcomes: Outcome[] = [];
    new Worker(new URL('./effects/histories-worker.ts', import.meta.url), { workerData: cases })
      .on('message', (outcome: Outcome) => outcomes.push(outcome))
      .on('error', reject)
      .on('exit', () => resolve(outcomes));
  });

/** Evaluates all cases on all processors. */
const runAll = async (cases: readonly Case[]): Promise<Outcome[]> => {
  const workers = availableParallelism();
  const shares = Array.from({ length: workers }, (_, worker) =>
    cases.filter((_, index) => index % workers === worker),
  );
  const outcomes = (await Promise.all(shares.map(run))).flat();
  if (outcomes.length !== cases.length) throw new Error('A worker ended before its work was done');
  return outcomes;
};

const many = (count: number, firstSeed: number, days: number, planted: boolean): Case[] =>
  Array.from({ length: count }, (_, index) => ({ seed: firstSeed + index, days, planted }));

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const shareOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): number =>
  items.filter(holds).length / items.length;

const begun = performance.now();
const outcomes = await runAll([
  ...many(LONG.histories, LONG.firstSeed, LONG.days, true),
  ...many(LONG.histories, LONG.firstSeed, LONG.days, false),
  ...many(HISTORIES, 1, DAYS, true),
  ...many(HISTORIES, 1, DAYS, false),
]);

const pairIn = ({ correlations }: Outcome, pair: (typeof PLANTED)[number]): Correlation => {
  const found = correlations.find(
    ({ sleep_metric, training_metric, lag_days }) =>
      sleep_metric === pair.sleep_metric &&
      training_metric === pair.training_metric &&
      lag_days === pair.lag_days,
  );
  if (!found) throw new Error(`${pair.sleep_metric} was not paired with ${pair.training_metric}`);
  return found;
};

const such = (days: number, planted: boolean): Outcome[] =>
  outcomes.filter((outcome) => outcome.days === days && outcome.planted === planted);

const over: string[] = [];
const check = (holds: boolean, what: string): void => {
  if (!holds) over.push(what);
};

const effects = new Table({
  head: [
    'pair',
    'effect',
    'true rho',
    'n',
    'mean rho',
    'mean interval',
    'covered',
    'found',
    'found and covered',
  ],
  ...TABLE_STYLE,
});
for (const planted of [true, false]) {
  for (const pair of PLANTED) {
    const name = `${pair.sleep_metric} – ${pair.training_metric}`;
    const truth = mean(such(LONG.days, planted).map((outcome) => pairIn(outcome, pair).rho ?? Number.NaN));
    const results = such(DAYS, planted).map((outcome) => pairIn(outcome, pair));
    const covers = ({ ci }: Correlation): boolean => ci !== null && ci[0] <= truth && truth <= ci[1];
    const covered = shareOf(results, covers);
    check(covered >= BOUNDS.coverage, `${name} is covered in ${percent(covered)} only`);
    const both = shareOf(results, (result) => isClaim(result) && covers(result));
    if (planted) check(both >= BOUNDS.coverage, `${name} is found and covered in ${percent(both)} only`);
    const end = (side: 0 | 1): string => mean(results.map(({ ci }) => ci?.[side] ?? Number.NaN)).toFixed(2);
    effects.push([
      name,
      planted ? 'planted' : 'none',
      truth.toFixed(3),
      mean(results.map(({ n }) => n)).toFixed(0),
      mean(results.map(({ rho }) => rho ?? Number.NaN)).toFixed(3),
      `${end(0)} to ${end(1)}`,
      percent(covered),
      percent(shareOf(results, isClaim)),
      percent(both),
    ]);
  }
}

const nulls = such(DAYS, false);
const tested = nulls[0]?.correlations.length ?? 0;
const falseDiscoveries = shareOf(nulls, ({ correlations }) => correlations.some(isClaim));
check(
  falseDiscoveries <= BOUNDS.falseDiscoveries,
  `The false discovery rate is ${percent(falseDiscoveries)}`,
);
const below = shareOf(
  nulls.flatMap(({ correlations }) => correlations),
  ({ p }) => p !== null && p <= 0.05,
);

process.stdout.write(`${HISTORIES} histories of ${DAYS} days each, with and without the effects of the simulated lifter: an hour of sleep is worth
${percent(SLEEP_EFFECTS.volumePerHour)} of the volume load, 10 ms of HRV ${percent(SLEEP_EFFECTS.strengthPer10Ms)} of the strength.
rho is Spearman's, adjusted for weekday and time. The true rho is the mean of the same process over ${LONG.histories} other histories of ten years.
${effects.toString()}
Without an effect every claim is false, so the false discovery rate is the share of histories with any claim among their ${tested} pairs.
false discovery rate  ${percent(falseDiscoveries)} of ${HISTORIES} histories (at most ${percent(BOUNDS.falseDiscoveries)})
coverage              at least ${percent(BOUNDS.coverage)} of the 95 % intervals is the bound, and of the planted effects found and covered
p at most 0.05        ${percent(below)} of all pairs without an effect (5 % would be exact)
${((performance.now() - begun) / 1000).toFixed(0)} s on ${availableParallelism()} processors
${over.length === 0 ? 'All within their bounds.' : `OVER ITS BOUND: ${over.join('; ')}.`}
`);
process.exitCode = over.length === 0 ? 0 : 1;
