import { Command, CommanderError, Help, type Option } from 'commander';
import { backfillCommand } from './commands/backfill.ts';
import { connectCommand } from './commands/connect.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { failuresCommand } from './commands/failures.ts';
import { featuresCommand } from './commands/features.ts';
import { gapsCommand } from './commands/gaps.ts';
import { insightsCommand } from './commands/insights.ts';
import { redriveCommand } from './commands/redrive.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { workoutsCommand } from './commands/workouts.ts';
import { EXIT, exitCodeOf, explain } from './exit.ts';
import { exitWhenOutputFails } from './output-failed.ts';
import { npmScript } from './print/advice.ts';
import { isRunByNpm, rejectSwallowedOptions, throughNpm } from './swallowed-options.ts';

/** Returns commander's error as one line, without its line break before a suggestion. Empty if it has printed the help instead. */
const mistakeIn = ({ code, message }: CommanderError, name: string): string => {
  if (!message.startsWith('error: ')) return '';
  const mistake = message.replace('error: ', '').trim().replaceAll('\n', ' ');
  // The value of an option that npm kept arrives as an argument.
  const isNpms = code === 'commander.excessArguments' && isRunByNpm(name, process.env);
  return `${mistake}${isNpms ? ` With npm, ${throughNpm(name, '--help')}.` : ''}\n`;
};

/** Adds `(required)` to commander's description of an option. */
const describeOption = (option: Option): string => {
  const description = new Help().optionDescription(option);
  return option.mandatory ? `${description} (required)` : description;
};

/** The usage line with the npm script, which is how users run a command. */
const describeUsage = (command: Command): string =>
  command.parent
    ? `${npmScript(command.name())} -- ${command.usage()}`
    : `npm start, or npm run <command> -- [options]`;

const createProgram = (): Command => {
  const program = new Command('oura-sleep-sync')
    .description('Nightly Oura sleep in your own DynamoDB table.')
    .exitOverride()
    // `run` prints the error.
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: describeOption, commandUsage: describeUsage })
    .showHelpAfterError(false);

  const commands = [
    startCommand(),
    backfillCommand(),
    connectCommand(),
    dashboardCommand(),
    statusCommand(),
    exportCommand(),
    featuresCommand(),
    insightsCommand(),
    gapsCommand(),
    failuresCommand(),
    redriveCommand(),
    workoutsCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
};

/** Runs the command of `process.argv` and sets the exit code. */
export const run = async (): Promise<void> => {
  exitWhenOutputFails();
  const [name = '', ...args] = process.argv.slice(2);
  try {
    const program = createProgram();
    const command = program.commands.find((candidate) => candidate.name() === name);
    if (command) rejectSwallowedOptions(command, args, process.env);
    await program.parseAsync();
  } catch (error: unknown) {
    if (error instanceof CommanderError) {
      process.stderr.write(mistakeIn(error, name));
      // 0 for --help.
      process.exitCode = error.exitCode === 0 ? EXIT.settled : EXIT.usage;
    } else {
      process.stderr.write(`${explain(error)}\n`);
      process.exitCode = exitCodeOf(error);
    }
  }
};
