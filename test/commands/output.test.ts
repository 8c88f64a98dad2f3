import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { type DataFolder, runCommand, temporaryDataDir } from '../helpers/command.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'services', 'cli', 'main.ts');

let dataDir: DataFolder;
beforeAll(async () => {
  dataDir = await temporaryDataDir();
  expect(await runCommand(['start', '--once', '--days', '2', ...dataDir.option])).toMatchObject({ code: 0 });
}, 60_000);
afterAll(() => dataDir.remove());

/** Runs a command with `stdout` as its standard output. A pipe has no reader. */
const runInto = async (stdout: 'pipe' | number, args: readonly string[]) => {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', stdout, 'pipe'], env: {} });
  // Long before the command prints anything.
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, stderr };
};

const COMMANDS = [['start', '--help'], ['status'], ['gaps'], ['doctor'], ['insights'], ['export']];
const argsOf = (command: readonly string[]) => [
  ...command,
  ...(command.includes('--help') ? [] : dataDir.option),
];

test.each(COMMANDS)('%s reports a full disk in one sentence, exit code 1', async (...command) => {
  expect(await runInto(openSync('/dev/full', 'w'), argsOf(command))).toEqual({
    code: 1,
    signal: null,
    stderr: 'Standard output cannot be written: no space left (ENOSPC).\n',
  });
});

test.each(COMMANDS)(
  '%s exits silently if its reader closes the pipe, as with SIGPIPE',
  async (...command) => {
    expect(await runInto('pipe', argsOf(command))).toEqual({ code: 141, signal: null, stderr: '' });
  },
);
