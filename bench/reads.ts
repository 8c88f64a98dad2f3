// Measures the commands about insights with ten years of nights, including process start and output. Prints a table and lists
// the figures above their bounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { min } from 'simple-statistics';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';

const DAYS = 3652;
const NOW = '2026-03-10T12:00:00-07:00';
const RUNS = 3;

const folder = await mkdtemp(join(tmpdir(), 'oura-bench-'));
const dataDir = join(folder, 'data');

/** Each command with its bound in seconds (README). */
const COMMANDS: readonly { args: readonly string[]; bound: number }[] = [
  { args: ['insights', '--format', 'json'], bound: 5 },
  { args: ['insights', '--format', 'json', '--as-of', '2025-03-10'], bound: 5 },
  { args: ['export', '--format', 'parquet', '--out', join(folder, 'nights.parquet')], bound: 2 },
];

/** Runs a command on the data folder and returns its duration in seconds. Throws if it fails. */
const run = async (args: readonly string[]): Promise<number> => {
  const begun = performance.now();
  const main = new URL('../services/cli/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...args, '--data-dir', dataDir], {
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

try {
  await run(['start', '--once', '--days', String(DAYS), '--ring', 'forgetful', '--now', NOW]);
  const table = new Table({
    head: ['command', `best of ${RUNS}, s`, 'bound, s'],
    colAligns: ['left', 'right', 'right'],
    ...TABLE_STYLE,
  });
  const over: string[] = [];
  for (const { args, bound } of COMMANDS) {
    const times: number[] = [];
    for (let turn = 0; turn < RUNS; turn += 1) times.push(await run(args));
    const name = args.join(' ').replace(folder, '…');
    if (min(times) > bound) over.push(name);
    table.push([name, min(times).toFixed(2), String(bound)]);
  }
  process.stdout.write(`${DAYS} days of a forgetful simulated ring and lifter, ${cpus().length} processors
${table.toString()}
${over.length === 0 ? 'All within their bounds.' : `OVER ITS BOUND: ${over.join('; ')}.`}
`);
  process.exitCode = over.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
