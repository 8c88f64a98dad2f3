import type { Command } from 'commander';
import { isRunByNpm } from './swallowed-options.ts';
import { UsageError } from './usage-error.ts';

/** Formats for people, which a line more does not spoil. */
const FOR_PEOPLE: readonly unknown[] = [undefined, 'table', 'text'];

/**
 * Rejects output for programs below the lines that npm prints first: `npm run export > nights.json` would not be JSON. npm
 * prints none with `--silent`.
 */
export const rejectLinesOfNpm = (
  command: Command,
  env: NodeJS.ProcessEnv,
  isTerminal: boolean = process.stdout.isTTY === true,
): void => {
  const { format, out, follow }: { format?: string; out?: string; follow?: string } = command.opts();
  if (isTerminal || FOR_PEOPLE.includes(format) || (out ?? follow) !== undefined) return;
  const name = command.name();
  if (!isRunByNpm(name, env) || env['npm_config_loglevel'] === 'silent') return;
  throw new UsageError(
    `npm prints its own lines above the ${format}: add --silent, as in npm run --silent ${name} -- --format ${format}${
      command.options.some(({ long }) => long === '--out') ? ', or the option --out FILE' : ''
    }.`,
  );
};
