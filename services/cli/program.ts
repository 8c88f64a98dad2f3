import { Command, CommanderError, Help, type Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { refuseOtherFolder } from '../local/data-folder/is-data-folder.ts';
import { asCalled, BIN, IS_BIN } from './environment/caller.ts';
import { ensureTemporaryFolder, forgetAwsSettings } from './environment/libraries.ts';
import { asSentence, EXIT, exitCodeOf, explain } from './exit.ts';
import { lastWords } from './last-words.ts';
import { rejectLinesOfNpm } from './lines-of-npm.ts';
import { exitWhenOutputFails } from './output-failed.ts';
import { npmScript } from './print/advice.ts';
import { breakLines, terminalWidth } from './print/wrap.ts';
import { paint, printError } from './print/write.ts';
import { keepThroughHangUp } from './stop-signal.ts';
import { adviseSeparator, rejectSwallowedOptions } from './swallowed-options.ts';

/** Returns commander's error as one line, without its line break before a suggestion. Empty if it has printed the help instead. */
const mistakeIn = ({ message }: CommanderError): string =>
  message.startsWith('error: ')
    ? asSentence(message.replace('error: ', '').trim().replaceAll('\n', ' '))
    : '';

/** Adds `(required)` to commander's description of an option. */
const describeOption = (option: Option): string => {
  const description = asCalled(new Help().optionDescription(option));
  return option.mandatory ? `${description} (required)` : description;
};

/** The usage line with a command that exists where the user is. */
const describeUsage = (command: Command): string => {
  if (!command.parent)
    return IS_BIN ? `${BIN} <command> [options]` : 'npm start, or npm run <command> -- [options]';
  if (!(command.name() in packageJson.scripts) && !command.parent.parent)
    return `${BIN} ${command.name()} ${command.usage()}`;
  if (!command.parent.parent) return asCalled(`${npmScript(command.name())} -- ${command.usage()}`);
  return asCalled(`${npmScript(command.parent.name())} -- ${command.name()} ${command.usage()}`);
};

/** Gives a command and its subcommands the settings of the program. */
const inherit = (command: Command, parent: Command): Command => {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inherit(each, command);
  return command;
};

/** Before the action of a command. The commands of AWS keep what the user has set for AWS. */
const prepare = (command: Command): void => {
  const { aws, dataDir }: { aws?: boolean; dataDir?: string } = command.opts();
  rejectLinesOfNpm(command, process.env);
  if (aws || command.name() === 'deploy') return;
  forgetAwsSettings(process.env);
  if (dataDir !== undefined) ensureTemporaryFolder(process.env, dataDir);
};

/** The commands in the order of the help. A module is loaded when its command runs, or for the help of all. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand(),
  backfill: async () => (await import('./commands/backfill.ts')).backfillCommand(),
  deploy: async () => (await import('./commands/deploy.ts')).deployCommand(),
  connect: async () => (await import('./commands/connect.ts')).connectCommand(),
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooksCommand(),
  service: async () => (await import('./commands/service.ts')).serviceCommand(),
  dashboard: async () => (await import('./commands/dashboard.ts')).dashboardCommand(),
  endpoint: async () => (await import('./commands/endpoint.ts')).endpointCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  features: async () => (await import('./commands/features.ts')).featuresCommand(),
  insights: async () => (await import('./commands/insights.ts')).insightsCommand(),
  gaps: async () => (await import('./commands/gaps.ts')).gapsCommand(),
  mcp: async () => (await import('./commands/mcp.ts')).mcpCommand(),
  failures: async () => (await import('./commands/failures.ts')).failuresCommand(),
  redrive: async () => (await import('./commands/redrive.ts')).redriveCommand(),
  workouts: async () => (await import('./commands/workouts.ts')).workoutsCommand(),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(),
  restore: async () => (await import('./commands/restore.ts')).restoreCommand(),
  forget: async () => (await import('./commands/forget.ts')).forgetCommand(),
  contract: async () => (await import('./commands/contract.ts')).contractCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
};

/** The program with the command `name`, or with all of them if there is no such command. */
const createProgram = async (name: string): Promise<Command> => {
  const program = new Command(BIN)
    .description('Nightly Oura sleep in your own DynamoDB table.')
    .exitOverride()
    // `run` prints the error.
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      optionDescription: describeOption,
      commandUsage: describeUsage,
      commandDescription: (command) => asCalled(command.description()),
      subcommandDescription: (command) => asCalled(new Help().subcommandDescription(command)),
    })
    .showHelpAfterError(false)
    .hook('preAction', (_, command) => prepare(command));

  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const commands = await Promise.all((named ? [named] : Object.values(COMMANDS)).map((load) => load()));
  for (const command of commands) program.addCommand(inherit(command, program));
  return program.hook('preAction', (_, command) => refuseOtherFolderOf(command.optsWithGlobals()));
};

/** Every command of a data folder refuses a folder that holds something else, before it reads or writes anything. */
const refuseOtherFolderOf = ({
  dataDir,
  aws,
}: {
  readonly dataDir?: string;
  readonly aws?: boolean;
}): void => {
  if (dataDir !== undefined && !aws) refuseOtherFolder(dataDir);
};

/** Prints an error, broken at the width of its terminal. */
const printProblem = (text: string): boolean =>
  printError(paint('problem', breakLines(text, terminalWidth(process.stderr))));

/** Ends the process with one sentence if something fails outside of the command, such as a timer on a full disk. */
const exitWhenAnythingFails = (): void => {
  const exit = (error: unknown) => {
    printProblem(explain(error));
    void lastWords(error).then(
      (last) => process.exit(exitCodeOf(last)),
      () => process.exit(exitCodeOf(error)),
    );
  };
  process.on('uncaughtException', exit).on('unhandledRejection', exit);
};

/** Runs the command of `process.argv` and sets the exit code. */
export const run = async (): Promise<void> => {
  exitWhenOutputFails();
  exitWhenAnythingFails();
  keepThroughHangUp();
  const [name = '', ...args] = process.argv.slice(2);
  try {
    const program = await createProgram(name);
    const command = program.commands.find((candidate) => candidate.name() === name);
    if (command) rejectSwallowedOptions(command, args, process.env);
    await program.parseAsync();
  } catch (error: unknown) {
    if (error instanceof CommanderError) {
      const mistake = mistakeIn(error);
      if (mistake !== '') printProblem(mistake + adviseSeparator(error, name, args, process.env));
      // 0 for --help.
      process.exitCode = error.exitCode === 0 ? EXIT.settled : EXIT.usage;
    } else {
      printProblem(explain(error));
      process.exitCode = exitCodeOf(error);
    }
  }
};
