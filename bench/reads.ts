// Measures the commands that read ten years of nights, as users type them: from process start to exit. Prints a table and each
// median with its bound. The bound of most is twice the least that such a command can cost (bench/reads/raw-scan.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { max, median, min } from 'simple-statistics';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { machine, printBound } from './bound.ts';

const DAYS = 3652;
const NOW = '2026-03-10T12:00:00-07:00';
const RUNS = 3;
/** The project's bounds (issue 14): times the raw scan, and seconds. */
const BOUNDS = { timesRawScan: 2, insightsSeconds: 2 };

const folder = await mkdtemp(join(tmpdir(), 'oura-bench-'));
const dataDir = join(folder, 'data');

/** Runs a module of the project in a process of its own and returns its duration in seconds. Throws if it fails. */
const run = async (module: string, args: readonly string[]): Promise<number> => {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', module), ...args], {
    // Without a zone of its own, so that every machine measures the same nights.
    env: { ...process.env, TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with exit code ${String(code)}: ${said}`);
  return (performance.now() - begun) / 1000;
};

const command = (name: string, ...args: readonly string[]) => ({
  name: [name, ...args].join(' ').replace(folder, '…'),
  run: () => run('services/cli/main.ts', [name, ...args, '--data-dir', dataDir]),
  times: [] as number[],
});

const rawScan = {
  name: 'Node and a raw scan',
  run: () => run('bench/reads/raw-scan.ts', [dataDir]),
  times: [] as number[],
};
const reads = [
  command('export'),
  command('export', '--format', 'parquet', '--out', join(folder, 'nights.parquet')),
  command('features'),
  command('gaps'),
  command('status'),
];
const insights = [
  command('insights', '--format', 'json'),
  command('insights', '--format', 'json', '--as-of', '2025-03-10'),
];

try {
  await command('start', '--once', '--days', String(DAYS), '--ring', 'forgetful', '--now', NOW).run();
  const measured = [rawScan, ...reads, ...insights];
  // One run of each in turn, so that other work on the machine slows all of them alike.
  for (let round = 0; round < RUNS; round += 1) {
    for (const each of measured) each.times.push(await each.run());
  }
  const table = new Table({
    head: ['command', `median of ${RUNS}, s`, 'least', 'most'],
    colAligns: ['left', 'right', 'right', 'right'],
    ...TABLE_STYLE,
  });
  for (const { name, times } of measured) {
    table.push([name, ...[median(times), min(times), max(times)].map((seconds) => seconds.toFixed(2))]);
  }
  process.stdout.write(`${machine()}\n${DAYS} days of a forgetful simulated ring and lifter\n${table}\n`);
  const bound = BOUNDS.timesRawScan * median(rawScan.times);
  for (const { name, times } of reads) printBound(`seconds of ${name}`, median(times), bound);
  for (const { name, times } of insights) {
    printBound(`seconds of ${name}`, median(times), BOUNDS.insightsSeconds);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
