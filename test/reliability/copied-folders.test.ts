import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, runCommand, startCommand } from '../helpers/command.ts';
import { report, secondsSince } from './support/figures.ts';

// npm start serves a folder. Every command runs on a copy of it, and on a copy in its place: none reaches the process.

const NOW = ['--now', '2026-03-10T12:00:00-07:00'];
const NIGHTS = 7;
const STACK_TRACE = /^ +at |Unexpected error/m;

/** The commands that read or change a folder, in this order, and the exit codes that they may have on a copy that nothing serves. */
const COMMANDS: readonly (readonly [args: readonly string[], codes: readonly number[]])[] = [
  [['status'], [0]],
  [['gaps'], [0]],
  [['failures'], [0]],
  [['doctor'], [0, 1]],
  [['endpoint'], [2]],
  [['redrive'], [0]],
  [['backfill', '--from', '2026-01-01', '--to', '2026-01-05', ...NOW], [0]],
  [['start', '--once', '--from', '2026-02-01', '--to', '2026-02-03', ...NOW], [0]],
  [['backup', '--out', 'OUT'], [0]],
  [['forget', '--yes'], [0]],
];

let home: string;
let running: Running;
const original = () => join(home, 'original');

const datesIn = async (dataDir: string): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await runCommand(['export', '--data-dir', dataDir]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { date: string }[]).map(({ date }) => date);
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'oura-copied-'));
  running = startCommand(['start', '--page-port', '0', ...NOW, '--data-dir', original()]);
  await running.printed('Next sync');
});
afterAll(async () => {
  running.process.kill('SIGKILL');
  await running.ended;
  rmSync(home, { recursive: true });
});

const note = (what: string, begun: number): void =>
  report({
    ...{ what: `commands ${what}`, dates: NIGHTS, injected: COMMANDS.length, stored: NIGHTS },
    ...{ no_data: 0, parked: 0, lost: 0, seconds: secondsSince(begun) },
  });

/** Runs every command on a copy. Returns what is wrong. */
const faultsOn = async (copy: string): Promise<string[]> => {
  const faults: string[] = [];
  for (const [args, codes] of COMMANDS) {
    const out = join(home, 'backup.tgz');
    const ended = await runCommand([...args.map((each) => each.replace('OUT', out)), '--data-dir', copy]);
    const text = ended.stdout + ended.stderr;
    const wrong = [
      ...(codes.includes(ended.code ?? -1) ? [] : ['another exit code']),
      ...(STACK_TRACE.test(text) ? ['a stack trace'] : []),
      ...(text.includes(`process ${running.process.pid}`) ? ['the process of the original'] : []),
      ...(running.process.exitCode === null ? [] : ['the original has ended']),
    ];
    faults.push(...wrong.map((each) => `${args[0]}: ${each}: ${JSON.stringify(ended)}`));
    rmSync(out, { force: true });
  }
  return faults;
};

test('no command on a copy of a served folder reaches the process that serves the original', async () => {
  const begun = performance.now();
  const copy = join(home, 'copy');
  cpSync(original(), copy, { recursive: true });
  expect(await faultsOn(copy)).toEqual([]);
  // forget was the last command.
  expect(existsSync(copy)).toBe(false);
  expect(await datesIn(original())).toHaveLength(NIGHTS);
  note('on a copy', begun);
});

test('nor on a copy in the place of the original, which has another name meanwhile', async () => {
  const begun = performance.now();
  const renamed = join(home, 'renamed');
  renameSync(original(), renamed);
  cpSync(renamed, original(), { recursive: true });
  expect(await faultsOn(original())).toEqual([]);
  expect(existsSync(original())).toBe(false);
  renameSync(renamed, original());
  expect(await datesIn(original())).toHaveLength(NIGHTS);
  note('on a copy in its place', begun);
});
