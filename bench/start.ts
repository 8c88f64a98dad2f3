// Measures the first start of a new user: the time until the first stored night is on screen, the time until the run ends, and
// the peak memory. Prints a table and lists the figures above their bounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { machine } from './bound.ts';
import { watchMemory } from './peak-memory.ts';

const RUNS = 3;
/** The project's bounds (README) in seconds and megabytes. */
const BOUNDS = { firstNight: 5, end: 10, megabytes: 300 };

interface Figures {
  firstNight: number;
  end: number;
  megabytes: number;
}

/** Runs `npm start -- --once` with an empty data folder and an empty environment. */
const measure = async (): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), 'oura-bench-'));
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const child = spawn('npm', ['start', '--', '--once', '--data-dir', join(folder, 'data')], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, at: seconds() }));
  let firstNight = Number.NaN;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (Number.isNaN(firstNight) && / stored$/m.test(text)) firstNight = seconds();
  });
  const memory = watchMemory(child.pid ?? 0, ended);
  const { code, at } = await ended;
  const megabytes = await memory;
  await rm(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`npm start ended with ${code}`);
  return { firstNight, end: at, megabytes };
};

const figures: Figures[] = [];
for (let run = 0; run < RUNS; run++) figures.push(await measure());

const worst = (name: keyof Figures) => Math.max(...figures.map((one) => one[name]));
const table = new Table({
  head: ['npm start -- --once', ...figures.map((_, run) => `run ${run + 1}`), 'bound'],
  ...TABLE_STYLE,
});
const row = (label: string, name: keyof Figures, digits: number) =>
  table.push([label, ...figures.map((one) => one[name].toFixed(digits)), String(BOUNDS[name])]);
row('first stored night on screen, s', 'firstNight', 2);
row('end of the run, s', 'end', 2);
row('peak memory, MB', 'megabytes', 0);
process.stdout.write(`${machine()}\n${table}\n`);
const over = (Object.keys(BOUNDS) as (keyof Figures)[]).filter((name) => !(worst(name) <= BOUNDS[name]));
process.stdout.write(
  over.length === 0 ? 'All within their bounds.\n' : `OVER ITS BOUND: ${over.join(', ')}\n`,
);
