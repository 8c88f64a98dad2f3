import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from './tools.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The last commit before the settings file: its stacks take their settings from `-c`, and do not record them. */
export const PREVIOUS_COMMIT = 'eba8ef2';

/**
 * Writes the sources of the previous version to a folder below `home`, with the packages of this one, and returns its path.
 * Throws {@link Unavailable} in a shallow clone, which does not have them.
 */
export const checkOutPrevious = (home: string): string => {
  const folder = join(home, 'previous');
  mkdirSync(folder);
  try {
    const sources = execFileSync('git', ['archive', PREVIOUS_COMMIT], {
      cwd: ROOT,
      maxBuffer: 512 * 1024 * 1024,
    });
    execFileSync('tar', ['-x'], { cwd: folder, input: sources });
  } catch (error: unknown) {
    throw new Unavailable(`the commit ${PREVIOUS_COMMIT} is not in this clone: ${String(error)}`);
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};
