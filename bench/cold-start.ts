// What a function's start costs: the time to import its bundle in a fresh process, beside a handler that does nothing
// and beside the same sources bundled naively. Prints a table; exits 1 where a bundle is over its bound.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App } from 'aws-cdk-lib/core';
import Table from 'cli-table3';
import { OuraSyncStack } from '../cdk/oura-sync-stack.ts';
import { readSettings } from '../cdk/settings.ts';
import { projectContext } from '../cdk/synthesize.ts';
import { TABLE_STYLE } from '../services/cli/print/table-style.ts';
import { HANDLER_METADATA, LOGICAL_ID } from '../shared/core/names.ts';

const ROOT = join(import.meta.dirname, '..');
const FUNCTIONS = [LOGICAL_ID.planner, LOGICAL_ID.worker, LOGICAL_ID.logError, LOGICAL_ID.summary];
const PROCESSES = 15;
/** Bytes: what issue 4 asks of the worker, kept for all. */
const BOUND = 500_000;

const folder = mkdtempSync(join(tmpdir(), 'oura-sync-cold-start-'));

/** The bundle that `cdk deploy` would upload, and the path of its source. */
const deployedBundles = (): Map<string, { file: string; source: string }> => {
  const outdir = join(folder, 'cdk');
  const app = new App({
    outdir,
    context: projectContext(),
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });
  const settings = readSettings({});
  const { artifactId } = new OuraSyncStack(app, settings.stackName, { settings });
  const { template } = app.synth().getStackArtifact(artifactId);
  return new Map(
    FUNCTIONS.map((id) => {
      const { Metadata, Properties } = template.Resources[id];
      const asset = `asset.${String(Properties.Code.S3Key).replace(/\.zip$/, '')}`;
      return [id, { file: join(outdir, asset, 'index.mjs'), source: String(Metadata[HANDLER_METADATA]) }];
    }),
  );
};

/** Everything as it comes: no substitute, no minifying, CommonJS where a package prefers it. */
const naiveBundle = (id: string, source: string): string => {
  const file = join(folder, `${id}.mjs`);
  const require =
    "import{createRequire}from'node:module';import{fileURLToPath}from'node:url';" +
    'const require=createRequire(import.meta.url),__filename=fileURLToPath(import.meta.url),__dirname=".";';
  const args = ['--bundle', '--platform=node', '--format=esm', '--target=node24', '--log-level=error'];
  execFileSync(
    join(ROOT, 'node_modules', '.bin', 'esbuild'),
    [source, ...args, `--banner:js=${require}`, `--outfile=${file}`],
    { cwd: ROOT },
  );
  return file;
};

const emptyHandler = (): string => {
  const file = join(folder, 'empty.mjs');
  writeFileSync(file, 'export const handler = async () => ({});\n');
  return file;
};

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
const importTime = (file: string): Time =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', IMPORT, file], {
      cwd: folder,
      encoding: 'utf8',
      env: {},
    }),
  );

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  const bundles = [...deployedBundles()].flatMap(([id, { file, source }]) => [
    { name: id, kind: 'deployed', file },
    { name: id, kind: 'naive', file: naiveBundle(id, source) },
  ]);
  const all = [{ name: '', kind: 'empty handler', file: emptyHandler() }, ...bundles];
  const times = all.map((): Time[] => []);
  // Side by side, one process of each in turn: what else the machine does then weighs on all alike.
  for (let round = 0; round < PROCESSES; round++)
    for (const [index, { file }] of all.entries()) times[index]?.push(importTime(file));

  const table = new Table({
    head: ['function', 'bundle', 'KB', 'KB gzipped', 'import, ms (median)', 'least', 'CPU, ms (median)'],
    ...TABLE_STYLE,
  });
  for (const [index, { name, kind, file }] of all.entries()) {
    const measured = times[index] ?? [];
    table.push([
      name,
      kind,
      (statSync(file).size / 1000).toFixed(1),
      (gzipSync(readFileSync(file)).length / 1000).toFixed(1),
      median(measured.map(({ ms }) => ms)).toFixed(1),
      Math.min(...measured.map(({ ms }) => ms)).toFixed(1),
      median(measured.map(({ cpu }) => cpu)).toFixed(1),
    ]);
  }
  process.stdout.write(
    `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${PROCESSES} processes each\n${table}\n`,
  );
  const over = all.filter(({ kind, file }) => kind === 'deployed' && statSync(file).size > BOUND);
  if (over.length > 0) {
    process.stdout.write(`Over ${BOUND / 1000} KB: ${over.map(({ name }) => name).join(', ')}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
