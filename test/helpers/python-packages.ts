import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');

/** PyPI packages in a virtual environment. */
export interface PythonPackages {
  /** Why the installation failed; `undefined` if it succeeded. */
  install(): string | undefined;
  /** Path of a command in the environment, including `python`. */
  command(name: string): string;
}

/** Runs `command`. Returns its error output if it fails, else `undefined`. */
const failure = (command: string, ...args: string[]): string | undefined => {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `${command} ended with ${status}`;
};

/**
 * @param folder in node_modules/.cache; include the versions in its name, so other versions get their own folder
 * @param packages arguments of pip, with versions
 * @param what the name in the message about the installation
 */
export const pythonPackages = (
  folder: string,
  packages: readonly string[],
  what = packages.join(', '),
): PythonPackages => {
  const venv = join(CACHE, folder);
  const command = (name: string) => join(venv, 'bin', name);
  // Written last, so an incomplete environment is created again.
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
