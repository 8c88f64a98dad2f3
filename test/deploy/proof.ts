import { join } from 'node:path';
import { SETTINGS_VARIABLE } from '../../cdk/settings-file.ts';
import type { Children } from './children.ts';
import type { Emulator } from './emulator.ts';
import type { ReadmeScript } from './readme.ts';
import type { Report } from './report.ts';

/** Without the settings of the developer's own stack. */
const NO_SETTINGS = join(import.meta.dirname, '..', 'fixtures', 'no-settings.json');
const ROOT = join(import.meta.dirname, '..', '..');

type Variables = Readonly<Record<string, string>>;

/** Acts as a user who follows README's deploy section on the emulator. */
export interface Proof {
  readonly emulator: Emulator;
  readonly report: Report;
  readonly readme: ReadmeScript;
  /** A folder of the user. */
  readonly home: string;
  /** The sources of the previous version. */
  readonly previous: string;
  /** Runs a command as the user does, in the repository (or in `cwd`), and returns what it printed. */
  user(words: readonly string[], env?: Variables, cwd?: string): Promise<string>;
  /** Runs `cdk` with these arguments, without prompts. */
  cdk(words: readonly string[], env?: Variables, cwd?: string): Promise<string>;
}

/** Lines that npm adds to the output of a command. */
const NPM_TALK = /^npm warn.*\n/gm;

export const createProof = (
  parts: Pick<Proof, 'emulator' | 'report' | 'readme' | 'home' | 'previous'>,
  { children, log }: { children: Children; log: string },
): Proof => {
  const user: Proof['user'] = async ([file = '', ...args], env = {}, cwd = ROOT) => {
    process.stdout.write(`   $ ${[file, ...args].join(' ')}\n`);
    // `npm run deploy` starts cdk itself: no files in the repository, and no news from the network.
    const quiet = {
      CDK_OUTPUT: join(parts.home, 'cdk.out'),
      CDK_NOTICES: 'false',
      [SETTINGS_VARIABLE]: NO_SETTINGS,
    };
    const output = await children.run(file, args, {
      env: { ...parts.emulator.env, ...quiet, ...env },
      cwd,
      log,
    });
    return output.replace(NPM_TALK, '');
  };
  return {
    ...parts,
    user,
    cdk: (words, env, cwd) =>
      user(
        [
          ...words,
          '--ci',
          ...(words.includes('deploy') ? ['--require-approval', 'never'] : []),
          ...(words.includes('destroy') ? ['--force'] : []),
        ],
        env,
        cwd,
      ),
  };
};

/** Throws with `what` unless `holds`. */
export const check = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
