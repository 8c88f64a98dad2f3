import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { LOGICAL_ID } from '../shared/core/names.ts';
import { assetIn } from '../test/bundles/support/assets.ts';

const FUNCTIONS = [
  LOGICAL_ID.planner,
  LOGICAL_ID.worker,
  LOGICAL_ID.logError,
  LOGICAL_ID.summary,
  LOGICAL_ID.receiver,
  LOGICAL_ID.watcher,
];

const IMPORT =
  'const begun = performance.now(), cpu = process.cpuUsage(); const { handler } = await import(process.argv[1]);' +
  'const ms = performance.now() - begun, { user, system } = process.cpuUsage(cpu);' +
  'if (typeof handler !== "function") throw new Error("no handler");' +
  'console.log(JSON.stringify({ ms, cpu: (user + system) / 1000 }));';

interface Time {
  readonly ms: number;
  /** Processor time: what another process does meanwhile does not show in it. */
  readonly cpu: number;
}

/** Milliseconds to import `file` in a fresh process that finds what a function finds: its own file and Node. */
const importTime = (file: string, folder: string): Time =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', IMPORT, file], {
      cwd: folder,
      encoding: 'utf8',
      env: {},
    }),
  );

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A table of the bundles in `assembly`, which `cdk synth` wrote: size and time to import, beside an empty handler. */
export const importTimes = (assembly: string, processes: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'oura-sync-import-time-'));
  try {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const handler = async () => ({});\n');
    const bundles = [
      { name: 'empty handler', file: empty },
      ...FUNCTIONS.map((name) => ({ name, file: join(assetIn(assembly, name), 'index.mjs') })),
    ].map((bundle) => ({ ...bundle, times: [] as Time[] }));
    // One process of each in turn: what else the machine does then weighs on all alike.
    for (let round = 0; round < processes; round++)
      for (const { file, times } of bundles) times.push(importTime(file, folder));
    const table = new Table({
      head: ['bundle', 'KB', 'KB gzipped', 'import, ms (median)', 'least', 'CPU, ms (median)'],
      ...TABLE_STYLE,
    });
    for (const { name, file, times } of bundles) {
      table.push([
        name,
        (statSync(file).size / 1000).toFixed(1),
        (gzipSync(readFileSync(file)).length / 1000).toFixed(1),
        median(times.map(({ ms }) => ms)).toFixed(1),
        Math.min(...times.map(({ ms }) => ms)).toFixed(1),
        median(times.map(({ cpu }) => cpu)).toFixed(1),
      ]);
    }
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
    return `${machine}, ${processes} processes each\n${table}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
