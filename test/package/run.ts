// npm run test:package: packs the project, installs the tarball as a user does (npm install -g, also with scripts off), and runs
// every command of it that needs no AWS.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { connectClient } from '../helpers/mcp-client.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'oura-package-'));
const prefix = join(folder, 'prefix');
/** Without what npm added for this script: the Node of the system, and no packages of the project. */
const PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((each) => !each.includes('node_modules') && !each.includes('node-gyp-bin'))
  .join(delimiter);

/** How npm reaches its registry here, such as through a company's proxy: the home folder is another one. */
const NPM_VARIABLES = [
  'npm_config_userconfig',
  'npm_config_cache',
  'NODE_EXTRA_CA_CERTS',
  'HTTPS_PROXY',
  'https_proxy',
];
const ofNpm = Object.fromEntries(NPM_VARIABLES.map((name) => [name, process.env[name]]));

const run = (command: string, args: readonly string[], cwd = folder) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: [join(prefix, 'bin'), PATH].join(delimiter), HOME: folder, TZ: 'UTC', ...ofNpm },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { status, stdout, stderr };
};

/** Runs a command and stops at the first wrong result. */
const expectCommand = (args: readonly string[], status: number, text: RegExp): string => {
  const ended = run('oura-sleep-sync', args);
  console.log(`oura-sleep-sync ${args.join(' ')}: ${ended.status}`);
  if (ended.status !== status || !text.test(ended.stdout + ended.stderr))
    throw new Error(`expected ${status} and ${text}:\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
};

const install = (...options: string[]): void => {
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const ended = run('npm', ['install', '-g', '--prefix', prefix, ...options, join(folder, tarball)]);
  if (ended.status !== 0) throw new Error(`npm install -g failed:\n${ended.stderr}`);
};

try {
  const packed = run('npm', ['pack', '--pack-destination', folder], ROOT);
  if (packed.status !== 0) throw new Error(`npm pack failed:\n${packed.stderr}`);

  install('--ignore-scripts');
  const [major = 0] = run('node', ['-p', 'process.versions.node']).stdout.split('.').map(Number);
  if (major < 24) expectCommand(['status'], 2, /^Node\.js \S+ is too old, .*\.\n$/);

  install('--ignore-scripts=false');
  const data = ['--data-dir', 'data'];
  expectCommand(['start', '--once', '--days', '60', ...data], 0, /60 nights written/);
  // Another template than the default one: the CDK makes it from the package.
  expectCommand(['start', '--once', '--days', '1', '--retry-base', '0.5', ...data], 0, /0 failed/);
  for (const name of ['status', 'gaps', 'failures', 'insights', 'workouts', 'doctor'])
    expectCommand([name, ...data], 0, /./);
  JSON.parse(expectCommand(['export', ...data], 0, /^\[/));
  expectCommand(['features', '--out', 'features.parquet', ...data], 0, /Wrote/);
  if (readFileSync(join(folder, 'features.parquet')).subarray(0, 4).toString() !== 'PAR1')
    throw new Error('features.parquet is not Parquet');
  expectCommand(['backfill', '--from', '2026-01-01', '--to', '2026-01-05', ...data], 0, /finished/);
  expectCommand(['redrive', '--dry-run', ...data], 0, /./);
  writeFileSync(join(folder, 'hevy.csv'), 'not a workout file\n');
  expectCommand(['workouts', 'import', 'hevy.csv', ...data], 2, /cannot be used/);
  expectCommand(['backup', '--out', 'backup.tar', ...data], 0, /./);
  expectCommand(
    ['connect', '--status', ...data],
    1,
    /run oura-sleep-sync connect --data-dir FOLDER with a new folder/,
  );
  expectCommand(['deploy'], 2, /needs a checkout/);
  {
    // As an assistant starts it.
    const command = [join(prefix, 'bin', 'oura-sleep-sync'), 'mcp'];
    await using assistant = await connectClient(['--data-dir', join(folder, 'data')], { PATH }, command);
    const { stored } = (await assistant.ask('status')).value.nights;
    if (stored < 60) throw new Error(`mcp knows ${stored} nights`);
  }
  console.log('Every local command works from its package.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
