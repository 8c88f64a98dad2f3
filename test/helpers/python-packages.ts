import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');

/** Packages of PyPI in a virtual environment of their own. */
export interface PythonPackages {
  /** Why they cannot be had; undefined where they are installed now. */
  install(): string | undefined;
  /** Path of a command that comes with them, `python` included. */
  command(name: string): string;
}

/** Runs `command` to its end; what it says where it fails, else undefined. */
const failure = (command: string, ...args: string[]): string | undefined => {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `${command} ended with ${status}`;
};

/**
 * @param folder in node_modules/.cache; its name tells the versions, so that others are installed beside it
 * @param packages as pip is told them, with their versions
 * @param what how the message that they are being installed names them
 */
export const pythonPackages = (
  folder: string,
  packages: readonly string[],
  what = packages.join(', '),
): PythonPackages => {
  const venv = join(CACHE, folder);
  const command = (name: string) => join(venv, 'bin', name);
  // Written last: an environment that was left half made is made again.
  const done = join(venv, 'complete');
  return {
    command,
    install: () => {
      if (existsSync(done)) return undefined;
      console.error(`Installing ${what} in node_modules/.cache`);
      const missing =
        failure('python3', '-m', 'venv', '--clear', venv) ??
        failure(command('pip'), 'install', '--quiet', '--disable-pip-version-check', ...packages);
      if (missing === undefined) writeFileSync(done, '');
      return missing;
    },
  };
};
