// Compares three designs for years of history on the same simulated Oura: this pipeline, one function call per date and
// collection (the original design), and the minimum number of requests. Prints a table and lists the figures above their bounds.
// `--sizes 1,7,365`: other numbers of dates. The per-date design takes 15 minutes for 3,650 dates because of Oura's rate limit.
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import {
  DESIGNS,
  type Figures,
  measureFloor,
  measurePerDate,
  measurePipeline,
  OURA_LINE,
  WORKER_MB,
} from './pipeline/designs.ts';

/** Sizes for all designs, and larger ones for the pipeline alone, to check how time and memory grow. */
const SIZES = [1, 7, 365, 3_650];
const LARGE = [7_300, 36_500];
/** The project's bounds (issue 6) at this number of dates. */
const PROMISED = 3_650;
const BOUNDS = {
  requestsPerDate: 0.05,
  overFloor: 2.5,
  fewerRequests: 50,
  lessTime: 20,
  seconds: 30,
  doubling: 2,
  workerMegabytes: WORKER_MB,
};

const { values } = parseArgs({
  options: { sizes: { type: 'string' }, large: { type: 'string' }, help: { type: 'boolean' } },
});
const numbers = (text: string) =>
  text
    .split(',')
    .filter((part) => part !== '')
    .map(Number);
if (values.help) {
  process.stdout.write(
    `npm run bench -- [--sizes ${SIZES.join(',')}] [--large ${LARGE.join(',')}]\n--sizes: dates, for all designs. --large: dates, for this pipeline alone.\n`,
  );
  process.exit(0);
}
const sizes = values.sizes === undefined ? SIZES : numbers(values.sizes);
const large = values.large === undefined ? (values.sizes === undefined ? LARGE : []) : numbers(values.large);

const rows: Figures[] = [];
const measure = async (what: string, figures: () => Promise<Figures>): Promise<void> => {
  process.stderr.write(`  ${what}\n`);
  const row = await figures();
  rows.push(row);
  // Printed at once, so that stopping the long last row does not lose the earlier ones.
  process.stderr.write(`    ${row.requests} requests, ${row.seconds.toFixed(1)} s\n`);
};
for (const dates of sizes) {
  await measure(`${DESIGNS.pipeline}, ${dates} dates`, () => measurePipeline(dates, { cost: true }));
  await measure(`${DESIGNS.floor}, ${dates} dates`, () => measureFloor(dates));
}
for (const dates of large) {
  await measure(`${DESIGNS.pipeline}, ${dates} dates`, () => measurePipeline(dates, { cost: false }));
}
for (const dates of sizes) await measure(`${DESIGNS.perDate}, ${dates} dates`, () => measurePerDate(dates));

const of = (design: Figures['design'], dates: number) =>
  rows.find((row) => row.design === design && row.dates === dates);
const text = (value: number | undefined, digits = 0): string =>
  value === undefined
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const table = new Table({
  head: [
    'dates',
    'design',
    'requests',
    'a date',
    '429s',
    'invocations',
    'transitions',
    'seconds',
    'peak MB',
    'worker MB',
    '$ on AWS',
  ],
  ...TABLE_STYLE,
});
const order = Object.keys(DESIGNS);
for (const row of rows.toSorted(
  (one, other) => one.dates - other.dates || order.indexOf(one.design) - order.indexOf(other.design),
)) {
  table.push([
    text(row.dates),
    DESIGNS[row.design],
    text(row.requests),
    text(row.requests / row.dates, 3),
    text(row.refused),
    text(row.invocations),
    text(row.transitions),
    text(row.seconds, 1),
    text(row.megabytes),
    text(row.workerMegabytes),
    text(row.dollars, 5),
  ]);
}
process.stdout.write(
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n` +
    `${OURA_LINE}\n${table}\n`,
);

/** Prints a figure and whether it is within its bound. */
const promise = (what: string, measured: number, bound: number, atLeast = false): void => {
  const kept = atLeast ? measured >= bound : measured <= bound;
  process.stdout.write(
    `${kept ? '      ' : 'OVER  '}${what}: ${text(measured, measured < 10 ? 3 : 0)} (${atLeast ? 'at least' : 'at most'} ${bound})\n`,
  );
};
const [pipeline, floor, perDate] = [of('pipeline', PROMISED), of('floor', PROMISED), of('perDate', PROMISED)];
if (pipeline) {
  promise(`requests a date at ${PROMISED}`, pipeline.requests / pipeline.dates, BOUNDS.requestsPerDate);
  promise(`seconds at ${PROMISED}, end to end`, pipeline.seconds, BOUNDS.seconds);
}
if (pipeline && floor)
  promise('requests over the floor', pipeline.requests / floor.requests, BOUNDS.overFloor);
if (pipeline && perDate) {
  promise(
    'times fewer requests than per date',
    perDate.requests / pipeline.requests,
    BOUNDS.fewerRequests,
    true,
  );
  promise('times less time than per date', perDate.seconds / pipeline.seconds, BOUNDS.lessTime, true);
}
const own = rows.filter(({ design }) => design === 'pipeline');
promise(
  '429s that the pipeline met',
  own.reduce((total, { refused }) => total + refused, 0),
  0,
);
for (const row of own) {
  const double = of('pipeline', row.dates * 2);
  if (!double) continue;
  promise(
    `times the seconds from ${row.dates} to ${double.dates}`,
    double.seconds / row.seconds,
    BOUNDS.doubling,
  );
  promise(
    `times the requests from ${row.dates} to ${double.dates}`,
    double.requests / row.requests,
    BOUNDS.doubling,
  );
}
for (const { dates, workerMegabytes } of own) {
  if (workerMegabytes !== undefined)
    promise(`MB in a worker at ${dates}`, workerMegabytes, BOUNDS.workerMegabytes);
}
