import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPasses } from '../mutation/passes.ts';
import { describeScore } from '../mutation/score.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oura-nightly-'));
});
beforeEach(() => {
  rmSync(join(folder, 'nightly.md'), { force: true });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs .ci/nightly with a shell script in the place of npm: the real parts take hours. */
const nightly = (npm: string, ...args: string[]) => {
  const bin = join(folder, 'bin');
  const report = join(folder, 'nightly.md');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${npm}\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  const { status, stdout } = spawnSync(join(ROOT, '.ci', 'nightly'), args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}:${process.env['PATH']}`,
      NIGHTLY_LOGS: join(folder, 'logs'),
      NIGHTLY_REPORT: report,
    },
  });
  const lines = existsSync(report) ? readFileSync(report, 'utf8').split('\n') : [];
  return {
    status,
    stdout,
    lines,
    row: (part: string) => lines.find((line) => line.startsWith(`| ${part} |`)),
  };
};

test('covers every suite and every benchmark of package.json', () => {
  const { stdout, status, lines } = nightly('exit 9', '--dry-run');
  const commands = stdout.split('\n').filter((line) => line.startsWith('=== '));
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const missing = Object.keys(scripts)
    .filter((name) => /^(check$|test:|bench|lint:cfn)/.test(name))
    .filter((name) => !commands.some((line) => line.endsWith(` run ${name}`)));
  expect(missing).toEqual([]);
  expect([status, lines]).toEqual([0, []]);
});

/** The scripts that no part of CI runs, with the reason. */
const NOT_IN_CI = {
  prepack: 'npm pack runs it, in test:package',
  postpack: 'npm pack runs it, in test:package',
  format: 'writes what format:check checks',
  'default-template': 'writes the template that a test compares',
  'docs:images': 'writes the picture of README, from test:browser',
};

test('every script that is no command is in .ci/run or in .ci/nightly, or has a reason', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const namedIn = (text: string) =>
    [...text.matchAll(/npm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
  const ci = ['run', 'nightly'].map((name) => readFileSync(join(ROOT, '.ci', name), 'utf8')).join('\n');
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name) || scripts[name] === undefined) return;
    reached.add(name);
    namedIn(scripts[name]).forEach(reach);
  };
  namedIn(ci).forEach(reach);
  // test:commands runs the commands.
  const others = Object.keys(scripts).filter(
    (name) => !scripts[name]?.includes('launch.cjs') && !reached.has(name),
  );
  expect(others.sort()).toEqual(Object.keys(NOT_IN_CI).sort());
});

test('reports the figures of each part with its date, commit and processors', () => {
  const { status, row } = nightly('echo "Tests:  7 passed, 7 total"');
  expect(status).toBe(0);
  expect(row('commands')).toMatch(
    /^\| commands \| passed \| \d{4}-\d\d-\d\d \d\d:\d\d UTC \| [0-9a-f]{7,}( with uncommitted changes)? \| \d+ \| \d+ \| Tests: 7 passed, 7 total \|$/,
  );
});

test('continues after a failing part, and then exits with 1', () => {
  const { status, row } = nightly('[ "$2" != check ]');
  expect(status).toBe(1);
  expect(row('check')).toMatch(/FAILED \(1\)/);
  expect(row('bench')).toMatch(/passed/);
});

test('does not count a skipped suite as passed, nor a benchmark over its bound', () => {
  const { status, row } = nightly(
    'case "$2" in test:browser) echo "*** SKIPPED: no Chromium ***";; bench) echo "OVER  seconds: 31 (at most 30)";; esac',
  );
  expect(status).toBe(1);
  expect(row('browser')).toMatch(/^\| browser \| SKIPPED \|.*\| \*\*\* SKIPPED: no Chromium \*\*\* \|$/);
  expect(row('bench')).toMatch(/^\| bench \| OVER \|.*\| OVER seconds: 31 \(at most 30\) \|$/);
});

test('compares the contract of Oura, and says loudly if Oura cannot be reached', () => {
  const only = ['--only', '^contract$'];
  expect(nightly('echo "$*"; echo "0 changes, 2 new."', ...only).stdout).toContain(
    'run contract -- --sandbox',
  );
  expect(nightly('echo "0 changes, 2 new."', ...only).row('contract')).toMatch(
    /\| passed \|.*\| 0 changes, 2 new\. \|$/,
  );
  const changed = nightly('echo "1 change, 0 new."; exit 1', ...only);
  expect(changed.row('contract')).toMatch(/\| FAILED \(1\) \|.*\| 1 change, 0 new\. \|$/);
  expect(changed.status).toBe(1);
  const unreached = nightly('exit 3', ...only);
  expect(unreached.row('contract')).toMatch(/\| SKIPPED \|.*cannot be reached: its contract was not checked/);
  expect(unreached.status).toBe(0);
});

test('renews only the rows of the parts that --only names', () => {
  const first = nightly('exit 0');
  const second = nightly('exit 1', '--only', '^(bench|check)$');
  expect([first.status, second.status]).toEqual([0, 1]);
  expect(second.row('check')).toMatch(/^\| check \| FAILED \(1\) \|/);
  const others = (lines: readonly string[]) => lines.filter((line) => !/^\| (bench|check) \|/.test(line));
  expect(others(second.lines)).toEqual(others(first.lines));
  expect(second.lines).toHaveLength(first.lines.length);
});

test('a run that is killed keeps its results, and the earlier rows of the parts that it did not reach', () => {
  const before = nightly('true').row('browser');
  const { row } = nightly('[ "$2" != check ] || exit 3; [ "$2" != test:commands ] || kill -KILL $PPID');
  expect(row('check')).toMatch(/FAILED \(3\)/);
  expect(row('browser')).toBe(before);
});

test('says which parts have never run', () => {
  const { status, stdout, row } = nightly('exit 0', '--only', '^bench-cost$');
  expect(status).toBe(0);
  expect(stdout.match(/^=== .*/gm)).toEqual(['=== bench-cost: npm run bench:cost']);
  expect(row('bench-cost')).toMatch(/^\| bench-cost \| passed \|/);
  expect(row('mutation')).toBe('| mutation | never run | | | | | |');
});

test('each file to mutate is in one pass', () => {
  expect(findPasses).not.toThrow();
});

test('quotes the mutation score, also when it is too low', () => {
  const { row } = nightly(`echo "${describeScore([])}"; exit 1`, '--only', '^mutation$');
  expect(row('mutation')).toMatch(/\| Mutation score: 0\.0 % \(0 of 0 mutants killed\) \|$/);
});
