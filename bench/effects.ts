// Checks that `insights` claims effects that exist and no others. Generates histories of scenarios with and without effects, and
// prints how often something is claimed, with 95 % intervals. With at least 1,000 histories the bounds are those of README; with
// fewer, only what is beyond doubt counts. The first seed is random and printed, so each run has other histories.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { mean } from 'simple-statistics';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import type { Effect } from '../services/insights/effects/effects-report.ts';
import type { Case, Outcome } from './effects/evaluate-histories.ts';
import { SCENARIOS, type Scenario } from './effects/scenarios.ts';
import { isBeyondDoubt, type Share, shareOf, shareText, wilson } from './effects/share.ts';
import { SPREAD } from './effects/synthetic-history.ts';

const { values: options } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(randomInt(2 ** 30)) },
    scenarios: { type: 'string', default: '' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const HISTORIES = Number(options.histories);
const SEED = Number(options.seed);
const THREADS = Number(options.threads);

const BOUNDS = { falseClaims: 0.1, upperEnd: 0.12, power: 0.8, coverage: 0.9 };
const ENOUGH_HISTORIES = 1000;

/** The ring simulator takes longer, so it has fewer histories, and a short run leaves it out. Their truth is the mean over long ones. */
const RING = { name: 'ring simulator', days: 270, share: 0.1, longDays: 3652, longHistories: 2 };

/** The scenario of this name, else those whose names contain it. */
const named = SCENARIOS.filter(({ name }) => name === options.scenarios);
const chosen = named.length > 0 ? named : SCENARIOS.filter(({ name }) => name.includes(options.scenarios));

const run = (cases: readonly Case[]): Promise<Outcome[]> =>
  new Promise((resolve, reject) => {
    const outcomes: Outcome[] = [];
    new Worker(new URL('./effects/evaluate-histories.ts', import.meta.url), { workerData: cases })
      .on('message', (outcome: Outcome) => outcomes.push(outcome))
      .on('error', reject)
      .on('exit', () => resolve(outcomes));
  });

const runAll = async (cases: readonly Case[]): Promise<Outcome[]> => {
  const shares = Array.from({ length: THREADS }, (_, thread) =>
    cases.filter((_, index) => index % THREADS === thread),
  );
  const outcomes = (await Promise.all(shares.map(run))).flat();
  if (outcomes.length !== cases.length) throw new Error('A worker ended before its work was done');
  return outcomes;
};

/** Every scenario has its own seeds. */
const many = <Kind extends object>(count: number, place: number, kind: Kind): (Kind & { seed: number })[] =>
  Array.from({ length: count }, (_, index) => ({ ...kind, seed: SEED + 1_000_003 * place + index }));

const over: string[] = [];
const check = (share: Share, bound: number, isAtLeast: boolean, what: string): void => {
  // The power of one pair is hardly above its bound, so every other share of 1,000 histories is below it.
  const isMissed = isAtLeast ? wilson(share)[1] < bound : share.count / share.of > bound;
  const isOver = share.of < ENOUGH_HISTORIES ? isBeyondDoubt(share, bound, isAtLeast) : isMissed;
  if (isOver) over.push(`${what} ${shareText(share)}`);
};

const begun = performance.now();
const ringHistories =
  HISTORIES < ENOUGH_HISTORIES || !['', RING.name].includes(options.scenarios)
    ? 0
    : Math.ceil(RING.share * HISTORIES);
const outcomes = await runAll([
  ...chosen.flatMap(({ name }, place) => many(HISTORIES, place, { scenario: name })),
  ...[true, false].flatMap((isPlanted, place) => [
    ...many(ringHistories, SCENARIOS.length + place, { days: RING.days, isPlanted }),
    ...many(ringHistories && RING.longHistories, SCENARIOS.length + 2 + place, {
      days: RING.longDays,
      isPlanted,
    }),
  ]),
]);
const ofScenario = ({ name }: Scenario): Outcome[] =>
  outcomes.filter(({ of }) => 'scenario' in of && of.scenario === name);

const anyClaim = ({ claims }: Outcome): boolean => claims.sleep_to_training || claims.training_to_sleep;

const nulls = new Table({
  head: [
    ...['without an effect of sleep', 'any claim', 'sleep → training', 'training → sleep'],
    ...['no interval', 'covered by the others'],
  ],
  ...TABLE_STYLE,
});
const covers = (effect: Effect | undefined, truth: number): boolean =>
  effect?.natural != null && effect.natural.ci[0] <= truth && truth <= effect.natural.ci[1];
const hasInterval = ({ planted: [volume] }: Outcome): boolean => volume?.natural != null;
for (const scenario of chosen.filter(({ falseClaims }) => falseClaims !== 'nothing')) {
  const found = ofScenario(scenario);
  const before = shareOf(found, ({ claims }) => claims.sleep_to_training);
  const any = shareOf(found, anyClaim);
  const isAll = scenario.falseClaims === 'all';
  const counted = isAll ? any : before;
  if (!scenario.isLimit) {
    check(counted, BOUNDS.falseClaims, false, `false claims with ${scenario.name}`);
    if (found.length >= ENOUGH_HISTORIES && wilson(counted)[1] > BOUNDS.upperEnd)
      over.push(`the upper end with ${scenario.name}: ${shareText(counted)}`);
  }
  nulls.push([
    scenario.isLimit ? `${scenario.name} (known limit)` : scenario.name,
    isAll ? shareText(any) : '(an effect exists)',
    ...[before, shareOf(found, ({ claims }) => claims.training_to_sleep)].map(shareText),
    // The controls can leave nothing of a measure.
    shareText(shareOf(found, (outcome) => !hasInterval(outcome))),
    shareText(shareOf(found.filter(hasInterval), ({ planted: [volume] }) => covers(volume, 0))),
  ]);
}

/** The true change per natural step: an hour of sleep in kg, 10 ms of HRV in %. */
const truths = (effect: number): readonly [number, number] => [
  (effect * SPREAD.volume * 3600) / SPREAD.sleepSeconds,
  (effect * 100 * SPREAD.strength * 10) / SPREAD.hrv,
];

const effects = new Table({
  head: [
    ...['with an effect of sleep', 'volume: likely', 'undecided', 'covered', 'mean interval, kg per hour'],
    ...['1RM: likely', 'covered', 'reversal', 'turning point', 'further findings'],
  ],
  ...TABLE_STYLE,
});
const meanEnd = (found: readonly Outcome[], side: 0 | 1): string =>
  mean(found.flatMap(({ planted: [volume] }) => volume?.natural?.ci[side] ?? [])).toFixed(0);
for (const scenario of chosen.filter(({ falseClaims }) => falseClaims === 'nothing')) {
  const { name, effect = 0, lag = 0, shape, isBounded } = scenario;
  const found = ofScenario(scenario);
  const isLikely = (at: number) => shareOf(found, ({ planted }) => planted[at]?.verdict === 'likely');
  const truth = truths(shape || lag > 0 ? 0 : effect);
  const covered = [0, 1].map((at) => shareOf(found, ({ planted }) => covers(planted[at], truth[at] ?? 0)));
  if (isBounded) {
    for (const at of [0, 1]) check(isLikely(at), BOUNDS.power, true, `power with ${name}`);
    for (const share of covered) check(share, BOUNDS.coverage, true, `coverage with ${name}`);
  }
  const [first, second] = covered.map((share) => (shape ? '–' : shareText(share)));
  effects.push([
    ...[
      name,
      shareText(isLikely(0)),
      shareText(shareOf(found, ({ planted: [volume] }) => volume?.verdict === 'undecided')),
    ],
    ...[first, `${meanEnd(found, 0)} to ${meanEnd(found, 1)}`, shareText(isLikely(1)), second],
    shareText(shareOf(found, ({ planted: [volume] }) => volume?.reversal != null)),
    shareText(shareOf(found, ({ planted: [volume] }) => volume?.turning_point != null)),
    mean(found.map(({ findings }) => findings)).toFixed(2),
  ]);
}
const late = outcomes.filter(({ of }) => 'scenario' in of && of.scenario.includes('night before last'));

process.stdout.write(`${HISTORIES} histories of 180 sessions per scenario; seeds from ${SEED} (--seed ${SEED} repeats this run). 95 % intervals in brackets.
${nulls.toString()}
${effects.toString()}
`);
if (late.length > 0)
  process.stdout.write(
    `Of an effect of the night before last, ${shareText(shareOf(late, ({ lagsFound }) => lagsFound.includes(1)))} of the histories claim that lag, and ${shareText(shareOf(late, ({ lagsFound }) => lagsFound.includes(0)))} the night before.\n`,
  );

const ring = (isPlanted: boolean, days: number): Outcome[] =>
  outcomes.filter(({ of }) => 'days' in of && of.days === days && of.isPlanted === isPlanted);
if (ringHistories > 0) {
  const planted = ring(true, RING.days);
  const long = ring(true, RING.longDays);
  const silent = shareOf(ring(false, RING.days), anyClaim);
  check(silent, BOUNDS.falseClaims, false, 'false claims with the ring simulator');
  const shares = [0, 1].map((at) => {
    const truth = mean(long.flatMap(({ planted: effects }) => effects[at]?.natural?.change ?? []));
    return `${shareText(shareOf(planted, ({ planted: effects }) => effects[at]?.verdict === 'likely'))} found, ${shareText(shareOf(planted, ({ planted: effects }) => covers(effects[at], truth)))} covered`;
  });
  process.stdout.write(
    `${ringHistories} histories of ${RING.days} days of the ring simulator: sleep and volume ${shares[0]}; HRV and strength ${shares[1]}; without an effect, any claim in ${shareText(silent)}.\n`,
  );
}
process.stdout.write(`false claims          at most ${100 * BOUNDS.falseClaims} % of the histories of every scenario without an effect but the known limits, upper end at most ${100 * BOUNDS.upperEnd} %
power and coverage    at least ${100 * BOUNDS.power} % and ${100 * BOUNDS.coverage} % with r = 0.4, independent and AR 0.5, by the upper end
${((performance.now() - begun) / 1000).toFixed(0)} s on ${THREADS} threads
${over.length === 0 ? 'All within their bounds.' : `OVER ITS BOUND: ${over.join('; ')}.`}
`);
process.exitCode = over.length === 0 ? 0 : 1;
