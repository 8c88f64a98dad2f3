import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '4.0.2';
const FOLDER = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'node_modules',
  '.cache',
  `aws-lambda-ric-${VERSION}`,
);
const PACKAGE = join(FOLDER, 'node_modules', 'aws-lambda-ric');
/** It compiles curl and a native addon: under three minutes on two cores. */
const INSTALL_MS = 15 * 60_000;
const run = promisify(execFile);

/** AWS's runtime client cannot be had here; `message` says why. */
export class RuntimeClientMissing extends Error {
  override readonly name = 'RuntimeClientMissing';
  readonly retryable = false;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The entry of AWS's runtime client for Node (npm `aws-lambda-ric`), installed where it is not there yet. It is no
 * dependency of the project: it needs cmake, make, g++ and minutes to compile, and `npm ci` should need none of them.
 * Throws {@link RuntimeClientMissing}.
 */
export const runtimeClient = async (say: (text: string) => void): Promise<string> => {
  const entry = join(PACKAGE, 'index.mjs');
  const addon = join(PACKAGE, 'rapid-client.node');
  if (!(await exists(addon))) {
    say(`Installing aws-lambda-ric ${VERSION} in node_modules/.cache (compiles; minutes, once)`);
    await mkdir(FOLDER, { recursive: true });
    const manifest = { private: true, allowScripts: { 'aws-lambda-ric': true } };
    await writeFile(join(FOLDER, 'package.json'), JSON.stringify(manifest));
    try {
      await run('npm', ['install', '--no-save', `aws-lambda-ric@${VERSION}`], {
        cwd: FOLDER,
        timeout: INSTALL_MS,
        maxBuffer: 64 * 2 ** 20,
      });
    } catch (error: unknown) {
      const { stderr = '' } = error as { stderr?: string };
      throw new RuntimeClientMissing(
        `npm install failed: ${stderr.trim().split('\n').slice(-3).join(' | ')}`,
      );
    }
  }
  // On macOS its installation succeeds and compiles nothing.
  if (!(await exists(addon))) throw new RuntimeClientMissing('it does not compile on this system');
  return entry;
};
