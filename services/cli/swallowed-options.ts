import type { Command, CommanderError, Option } from 'commander';
import { npmScript } from './print/advice.ts';
import { UsageError } from './usage-error.ts';

/** Options that npm completes to one of its own: `--to` is an unambiguous prefix of its `--token-description`. */
const COMPLETED: Readonly<Record<string, string>> = { to: 'token-description' };

export const isRunByNpm = (command: string, env: NodeJS.ProcessEnv): boolean =>
  env['npm_lifecycle_event'] === command;

/** Whether npm read `option` as one of its own. It passes those on as variables: `true` or the value, empty for `--no-x`. */
const isSwallowed = ({ long, negate }: Option, env: NodeJS.ProcessEnv): boolean => {
  const name = long?.replace(negate ? /^--no-/ : /^--/, '') ?? '';
  const value = env[`npm_config_${(COMPLETED[name] ?? name).replaceAll('-', '_')}`];
  return negate ? value === '' : value !== undefined && value !== '';
};

/**
 * Rejects options that npm kept because there was no `--` before them: without this, `npm run redrive --dry-run` would move
 * messages. An option that is also among `args` was passed correctly.
 */
export const rejectSwallowedOptions = (
  command: Command,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): void => {
  if (!isRunByNpm(command.name(), env)) return;
  const isGiven = ({ long }: Option) => args.some((arg) => arg === long || arg.startsWith(`${long}=`));
  const subcommand = command.commands.find((each) => args.includes(each.name()));
  const options = [...command.options, ...(subcommand?.options ?? [])];
  const option = options.find((candidate) => !isGiven(candidate) && isSwallowed(candidate, env));
  if (!option) return;
  throw new UsageError(
    `npm kept ${option.long} for itself: put -- before the options, as in ${npmScript(command.name())} -- ${option.flags}.`,
  );
};

const UNEXPECTED: readonly string[] = ['commander.excessArguments', 'commander.invalidArgument'];

/**
 * Advice for an unexpected argument that may be the value of an option which npm kept without a trace: it takes `--format` for
 * its `--format-package-lock`, and splits `--days` into flags. Empty if an option came through, because `--` was there then.
 */
export const adviseSeparator = (
  { code }: CommanderError,
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): string =>
  UNEXPECTED.includes(code) && isRunByNpm(name, env) && !args.some((arg) => arg.startsWith('-'))
    ? ` If npm kept an option for itself, put -- before the options: ${npmScript(name)} -- OPTIONS.`
    : '';
