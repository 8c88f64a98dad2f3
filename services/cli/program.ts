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
import { endWhereOutputFails } from './output-failed.ts';
import { isRunByNpm, refuseWhatNpmTook, throughNpm } from './swallowed-options.ts';

/**
 * What commander has against the command line, in one line: it puts its suggestion on a line of its own. Empty where it has
 * shown the help instead.
 */
const mistakeIn = ({ code, message }: CommanderError, name: string): string => {
  if (!message.startsWith('error: ')) return '';
  const mistake = message.replace('error: ', '').trim().replaceAll('\n', ' ');
  // The value of an option that npm has kept arrives as an argument.
  const isNpms = code === 'commander.excessArguments' && isRunByNpm(name, process.env);
  return `${mistake}${isNpms ? ` With npm, ${throughNpm(name, '--help')}.` : ''}\n`;
};

/** As commander describes an option, and whether it must be given, which commander does not tell. */
const describeOption = (option: Option): string => {
  const description = new Help().optionDescription(option);
  return option.mandatory ? `${description} (required)` : description;
};

const createProgram = (): Command => {
  const program = new Command('oura-sleep-sync')
    .description('Nightly Oura sleep in your own DynamoDB table.')
    .exitOverride()
    // Said where the error arrives.
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: describeOption })
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
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
};

/**
 * Runs the command that the process was started with. Exit codes: 0 all planned dates settled, 1 some failed or unfinished, 2
 * wrong usage, 141 nobody reads the output.
 */
export const run = async (): Promise<void> => {
  endWhereOutputFails();
  const [name = '', ...args] = process.argv.slice(2);
  try {
    const program = createProgram();
    const command = program.commands.find((candidate) => candidate.name() === name);
    if (command) refuseWhatNpmTook(command, args, process.env);
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
