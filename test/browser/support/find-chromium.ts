import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** There is no Chromium on this machine, and none can be installed. */
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

/** Installs Debian's package; says what kept it from it. */
const install = (): string | undefined => {
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  if (process.getuid?.() !== 0) return 'installing one takes root (apt-get install chromium)';
  const updated = apt('update', '-qq');
  if (updated.error) return 'there is no apt-get to install one with';
  const { status, stderr } = apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  return status === 0 ? undefined : `apt-get install chromium: ${stderr.trim().split('\n').at(-1)}`;
};

/**
 * The path of a Chromium: what CHROMIUM_PATH names, else the one on the PATH, else Debian's, installed now.
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
  throw new ChromiumMissing(`Chromium is missing; ${reason ?? 'its package has no program of a known name'}`);
};
