import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium is missing on this machine and cannot be installed. */
export class ChromiumMissing extends Error {
  override readonly name = 'ChromiumMissing';
  readonly retryable = false;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const onPath = (): string | undefined =>
  NAMES.flatMap((name) =>
    (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  ).find(isExecutable);

/** Installs Debian's package. Returns the reason if that fails. */
const install = (): string | undefined => {
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  if (process.getuid?.() !== 0) return 'installing it requires root (apt-get install chromium)';
  const updated = apt('update', '-qq');
  if (updated.error) return 'apt-get is missing';
  const { status, stderr } = apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  return status === 0 ? undefined : `apt-get install chromium: ${stderr.trim().split('\n').at(-1)}`;
};

/**
 * Finds Chromium: CHROMIUM_PATH, else the one on the PATH, else installs Debian's package.
 * Throws {@link ChromiumMissing}.
 */
export const findChromium = (say: (text: string) => void): string => {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (isExecutable(given)) return given;
    throw new ChromiumMissing(`CHROMIUM_PATH ${given} cannot be run`);
  }
  const found = onPath();
  if (found) return found;
  say('No Chromium on the PATH: installing the package chromium.');
  const reason = install();
  const installed = onPath();
  if (installed) return installed;
  throw new ChromiumMissing(
    `Chromium is missing; ${reason ?? 'its package has no program with a known name'}`,
  );
};
