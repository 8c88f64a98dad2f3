import { join } from 'node:path';
import type { Children } from './children.ts';
import type { Emulator } from './emulator.ts';
import type { ReadmeScript } from './readme.ts';
import type { Report } from './report.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Acts as a user who follows README's deploy section on the emulator. */
export interface Proof {
  readonly emulator: Emulator;
  readonly report: Report;
  readonly readme: ReadmeScript;
  /** Runs a command as the user does, in the repository, and returns what it printed. */
  user(words: readonly string[]): Promise<string>;
  /** Runs `cdk` with these arguments and settings, without prompts. */
  cdk(words: readonly string[], settings?: Readonly<Record<string, string>>): Promise<string>;
}

/** Lines that npm adds to the output of a command. */
const NPM_TALK = /^npm warn.*\n/gm;

export const createProof = (
  parts: Pick<Proof, 'emulator' | 'report' | 'readme'>,
  { children, log, cloudAssembly }: { children: Children; log: string; cloudAssembly: string },
): Proof => {
  const user: Proof['user'] = async ([file = '', ...args]) => {
    process.stdout.write(`   $ ${[file, ...args].join(' ')}\n`);
    const output = await children.run(file, args, { env: parts.emulator.env, cwd: ROOT, log });
    return output.replace(NPM_TALK, '');
  };
  return {
    ...parts,
    user,
    cdk: (words, settings = {}) =>
      user([
        ...words,
        // No prompts, and no changes in the repository.
        ...['--ci', '--no-notices', '--output', cloudAssembly],
        ...(words.includes('deploy') ? ['--require-approval', 'never'] : []),
        ...(words.includes('destroy') ? ['--force'] : []),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ]),
  };
};

/** Throws with `what` unless `holds`. */
export const check = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
