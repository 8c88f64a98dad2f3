import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const LAUNCHER = resolve('services', 'cli', 'launch.cjs');
const OWN_NODE = resolve('node_modules', 'node', 'bin', 'node');
/** The Node of the system, as a user without npm has it: older than that of the project. */
const PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((each) => !each.includes('node_modules'))
  .join(delimiter);
const run = (command: string, args: readonly string[], env: Record<string, string> = {}, cwd = folder) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    timeout: 20_000,
    encoding: 'utf8',
    env: { PATH, TZ: 'UTC', HOME: folder, ...env },
  });
  return { status, stdout, stderr };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oura-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one sentence says what is missing: the Node.js of the project, or its packages', () => {
  // A checkout after npm ci with scripts off has no node_modules/node/bin.
  mkdirSync(join(folder, 'services', 'cli'), { recursive: true });
  const launcher = join(folder, 'services', 'cli', 'launch.cjs');
  cpSync(LAUNCHER, launcher);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'services', 'cli', 'main.ts'),
    "const name: string = 'absent';\nawait import(name);\n",
  );
  const old = run('node', [launcher, 'status']);
  const [major = 0] = run('node', ['-p', 'process.versions.node']).stdout.split('.').map(Number);
  if (major < 24) {
    expect(old).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Node\.js \S+ is too old, .*\.\n$/),
    });
    expect(old.stderr).toContain('npm ci --ignore-scripts=false');
  }
  expect(run(OWN_NODE, [launcher, 'status'])).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^Packages are missing \(Cannot find package 'absent'\): run npm ci .*\.\n$/,
    ),
  });
});

test('every script of a command starts the launcher', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const commands = Object.entries(scripts).filter(([, script]) =>
    /services\/cli\/(main|launch)/.test(script),
  );
  expect(commands.length).toBeGreaterThan(15);
  for (const [name, script] of commands) expect(script).toBe(`exec node services/cli/launch.cjs ${name}`);
});

test('a Node.js of the project that is a link to another version, or cannot be run, is not started again and again', () => {
  const launcher = join(folder, 'services', 'cli', 'launch.cjs');
  const bin = join(folder, 'node_modules', 'node', 'bin');
  for (const path of [bin, join(folder, 'services', 'cli')]) mkdirSync(path, { recursive: true });
  cpSync(LAUNCHER, launcher);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'services', 'cli', 'main.ts'), "console.log('started');\n");
  writeFileSync(join(folder, 'node_modules', 'node', 'package.json'), '{"version":"24.99.0"}');
  symlinkSync(OWN_NODE, join(bin, 'node'));
  const started = { status: 0, stdout: 'started\n', stderr: '' };
  expect(run(OWN_NODE, [launcher, 'start'])).toEqual(started);
  rmSync(join(bin, 'node'));
  writeFileSync(join(bin, 'node'), 'not a program');
  expect(run(OWN_NODE, [launcher, 'start'])).toEqual(started);
});

test('the bin takes options without --, starts the own Node.js, and names itself', () => {
  const bin = join(folder, 'oura-sleep-sync');
  symlinkSync(LAUNCHER, bin);
  expect(run(bin, ['status', '--data-dir', 'none'])).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'oura-sleep-sync start has not run in none yet: run oura-sleep-sync start --data-dir none first, or choose another folder with --data-dir.\n',
  });
  expect(run(bin, ['export', '--help']).stdout).toMatch(/^Usage: oura-sleep-sync export \[options\]\n/);
  for (const name of ['start', 'dashboard', 'backup', 'service'])
    expect(run(bin, [name, '--help']).stdout).not.toContain('npm');
  expect(run(bin, ['--help']).stdout).not.toContain('npm');
  expect(run(bin, ['statsu']).stderr).toBe("unknown command 'statsu' (Did you mean status?)\n");
});

test('a signal reaches the command, and its exit code the caller', async () => {
  const child = spawn('node', [LAUNCHER, 'start', '--days', '1', '--data-dir', 'data'], {
    cwd: folder,
    env: { PATH, TZ: 'UTC', HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  while (!shown.includes('Next sync')) shown += String((await once(child.stdout, 'data'))[0]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('through npm, paths are those of the caller, and lines of npm never precede data', () => {
  const npm = (...args: string[]) => run('npm', ['--prefix', resolve(), ...args]);
  const start = npm('start', '--', '--once', '--days', '1', '--data-dir', 'data');
  expect(start).toMatchObject({ status: 0 });
  const refused = npm('run', 'export', '--', '--data-dir', 'data');
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('npm run --silent export') });
  const silent = npm('run', '--silent', 'export', '--', '--data-dir', 'data');
  expect(JSON.parse(silent.stdout)).toHaveLength(1);
  const parquet = npm('run', 'export', '--', '--data-dir', 'data', '--out', 'x.parquet');
  expect(parquet).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, 'x.parquet'), 'latin1').slice(0, 4)).toBe('PAR1');
});
