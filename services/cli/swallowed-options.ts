import type { Command, Option } from 'commander';
import { UsageError } from './usage-error.ts';

/** What npm completes to an option of its own: `--to` is the beginning of its `--token-description`, and of no other. */
const COMPLETED: Readonly<Record<string, string>> = { to: 'token-description' };

/** Whether npm runs `command` as the script of the same name. */
export const isRunByNpm = (command: string, env: NodeJS.ProcessEnv): boolean =>
  env['npm_lifecycle_event'] === command;

/** As in `npm run redrive -- --dry-run`. */
export const throughNpm = (command: string, options: string): string =>
  `put -- before the options, as in ${command === 'start' ? 'npm start' : `npm run ${command}`} -- ${options}`;

/** Whether npm read `option` as one of its own, which it passes on as a variable: true, or the value; of `--no-x` the empty text. */
const isTaken = ({ long, negate }: Option, env: NodeJS.ProcessEnv): boolean => {
  const name = long?.replace(negate ? /^--no-/ : /^--/, '') ?? '';
  const value = env[`npm_config_${(COMPLETED[name] ?? name).replaceAll('-', '_')}`];
  return negate ? value === '' : value !== undefined && value !== '';
};

/**
 * Refuses the options that npm kept for itself because no `--` stood before them: a `redrive --dry-run` would move messages.
 * An option that was given properly, too, was not kept.
 * @param args what follows the command's name
 */
export const refuseWhatNpmTook = (
  command: Command,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): void => {
  if (!isRunByNpm(command.name(), env)) return;
  const isGiven = ({ long }: Option) => args.some((arg) => arg === long || arg.startsWith(`${long}=`));
  const taken = command.options.find((option) => !isGiven(option) && isTaken(option, env));
  if (!taken) return;
  throw new UsageError(`npm took ${taken.long} for itself: ${throughNpm(command.name(), taken.flags)}.`);
};
