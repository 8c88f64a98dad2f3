import { Command, CommanderError } from 'commander';
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

/** commander puts its suggestion on a line of its own; a mistake gets one. */
const oneSentence = (text: string): string =>
  `${text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')}\n`;

const createProgram = (): Command => {
  const program = new Command('oura-sleep-sync')
    .description('Nightly Oura sleep in your own DynamoDB table.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneSentence(text)) })
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

/** Whoever reads our output may stop early, as `head` does: that is no failure of ours. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.unsettled);
};

/** Runs the command that the process was started with. Exit codes: 0 all planned dates settled, 1 some failed or unfinished, 2 wrong usage. */
export const run = async (): Promise<void> => {
  process.stdout.on('error', endWithReader);
  try {
    await createProgram().parseAsync();
  } catch (error: unknown) {
    // commander has already said what is wrong; what is left is the exit code (0 for --help).
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      process.stderr.write(`${explain(error)}\n`);
      process.exitCode = exitCodeOf(error);
    }
  }
};
