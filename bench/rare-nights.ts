// Checks the rare nights of `insights` on simulated nights: how many a year are found where nothing happened, and how many of the
// planted illnesses. `-- --seed N` draws other histories. Lists the figures outside their bounds.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { max, mean, min, sampleStandardDeviation } from 'simple-statistics';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { rareNights } from '../services/insights/rare-nights/rare-nights.ts';
import { machine, printBound } from './bound.ts';
import { NIGHTS_OF_ILLNESS, simulatedNights } from './rare-nights/histories.ts';
import { CHANGED_NIGHT, CLEAN, ILL_NIGHTS, PLANTED, type PlantedScenario } from './rare-nights/scenarios.ts';
import type { Case, Outcome } from './rare-nights/worker.ts';

const HISTORIES = 100;
const YEARS = 3;
const YEAR = 365;
/** The project's bounds (issue 18), and CPU seconds for ten years. */
const BOUNDS = { perYear: 6, found: 0.9, named: 0.75, afterChange: 1, seconds: 0.5 };
/** How long a new level could raise alarms: until it is half of the eight weeks that define what is usual. */
const AFTER_CHANGE = 60;

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const firstSeed = 1_000_000 * Number(values.seed);

const run = (cases: readonly Case[]): Promise<Outcome[]> =>
  new Promise((resolve, reject) => {
    const outcomes: Outcome[] = [];
    new Worker(new URL('./rare-nights/worker.ts', import.meta.url), { workerData: cases })
      .on('message', (outcome: Outcome) => outcomes.push(outcome))
      .on('error', reject)
      .on('exit', () => resolve(outcomes));
  });

const scenarios = [...Object.keys(CLEAN), ...Object.keys(PLANTED)] as Case['scenario'][];
const cases = scenarios.flatMap((scenario) =>
  Array.from({ length: HISTORIES }, (_, index) => ({
    scenario,
    seed: firstSeed + index,
    nights: YEARS * YEAR,
  })),
);
const workers = availableParallelism();
const shares = Array.from({ length: workers }, (_, worker) =>
  cases.filter((_, index) => index % workers === worker),
);
const outcomes = (await Promise.all(shares.map(run))).flat();
if (outcomes.length !== cases.length) throw new Error('A worker ended before its work was done');
const of = (wanted: Case['scenario']): Outcome[] => outcomes.filter(({ scenario }) => scenario === wanted);

/** Mean and upper end of its 95 % interval; the histories are independent. */
const meanAndUpper = (numbers: readonly number[]): { mean: number; upper: number } => {
  const centre = mean([...numbers]);
  return {
    mean: centre,
    upper: centre + (1.96 * sampleStandardDeviation([...numbers])) / Math.sqrt(numbers.length),
  };
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
process.stdout.write(`${machine()}\n${HISTORIES} histories of ${YEARS} years each, seed ${values.seed}\n`);

const clean = new Table({
  head: [
    'nothing happened',
    'rare nights a year',
    'upper 95 %',
    'by year',
    'once a year or rarer',
    'possible illness',
  ],
  ...TABLE_STYLE,
});
const uppers = Object.keys(CLEAN).map((name) => {
  const found = of(name as Case['scenario']);
  const perYear = meanAndUpper(found.map(({ rare }) => rare.length / YEARS));
  const inYear = (year: number): number =>
    mean(found.map(({ rare }) => rare.filter(({ night }) => Math.floor(night / YEAR) === year).length));
  const rateOf = (holds: (rare: Outcome['rare'][number]) => boolean): string =>
    mean(found.map(({ rare }) => rare.filter(holds).length / YEARS)).toFixed(2);
  clean.push([
    name,
    perYear.mean.toFixed(2),
    perYear.upper.toFixed(2),
    Array.from({ length: YEARS }, (_, year) => inYear(year).toFixed(1)).join(' '),
    rateOf(({ once_in_nights }) => once_in_nights >= YEAR),
    rateOf(({ kind }) => kind === 'possible illness'),
  ]);
  return perYear.upper;
});

const ills = Object.keys(PLANTED).filter((name): name is PlantedScenario => name.startsWith('illness'));
const illness = new Table({
  head: [
    'illness of 4 nights, 3 a year',
    'found',
    'on its first night',
    'named possible illness',
    'other rare nights a year',
  ],
  ...TABLE_STYLE,
});
const shareOfIll = (
  name: PlantedScenario,
  holds: (rare: Outcome['rare'], start: number) => boolean,
): number => mean(of(name).flatMap(({ rare }) => ILL_NIGHTS.map((start) => (holds(rare, start) ? 1 : 0))));
const isDuring =
  (start: number) =>
  (rare: Outcome['rare'][number]): boolean =>
    rare.night >= start && rare.night < start + NIGHTS_OF_ILLNESS;
const found = (rare: Outcome['rare'], start: number): boolean => rare.some(isDuring(start));
const named = (rare: Outcome['rare'], start: number): boolean =>
  rare.some((one) => isDuring(start)(one) && one.kind === 'possible illness');
for (const name of ills) {
  const others = of(name).map(({ rare }) =>
    rare.filter((one) => !ILL_NIGHTS.some((start) => isDuring(start)(one))),
  );
  illness.push([
    name,
    percent(shareOfIll(name, found)),
    percent(shareOfIll(name, (rare, start) => rare.some(({ night }) => night === start))),
    percent(shareOfIll(name, named)),
    mean(others.map((rare) => rare.length / YEARS)).toFixed(2),
  ]);
}

const changes = Object.keys(PLANTED).filter((name): name is PlantedScenario => name.startsWith('new'));
const change = new Table({
  head: [
    'change that lasts',
    `rare in the ${AFTER_CHANGE} nights before`,
    `in the ${AFTER_CHANGE} nights after`,
  ],
  ...TABLE_STYLE,
});
const added = changes.map((name) => {
  const between = (from: number, to: number): number =>
    mean(of(name).map(({ rare }) => rare.filter(({ night }) => night >= from && night < to).length));
  const before = between(CHANGED_NIGHT - AFTER_CHANGE, CHANGED_NIGHT);
  const after = between(CHANGED_NIGHT, CHANGED_NIGHT + AFTER_CHANGE);
  change.push([name, before.toFixed(2), after.toFixed(2)]);
  return after - before;
});

const tenYears = simulatedNights(firstSeed, 3652, { memory: 0.5 });
/** CPU seconds: other work on the machine does not count. */
const seconds = [1, 2, 3].map(() => {
  const begun = process.cpuUsage();
  rareNights(tenYears, { from: '2020-01-01', to: '2029-12-31' });
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
});

process.stdout.write(`${clean}\n${illness}\n${change}\n`);
printBound('rare nights a year where nothing happened, upper 95 %', max(uppers), BOUNDS.perYear);
printBound(
  'share of illnesses of 3 spreads that are found',
  shareOfIll('illness of 3 spreads', found),
  BOUNDS.found,
  { atLeast: true },
);
printBound('share of them named possible illness', shareOfIll('illness of 3 spreads', named), BOUNDS.named, {
  atLeast: true,
});
printBound('more rare nights after a change that lasts', max(added), BOUNDS.afterChange);
printBound('CPU seconds for ten years', min(seconds), BOUNDS.seconds);
