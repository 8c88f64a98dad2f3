import { Command, Option } from 'commander';
import { type ForgetOptions, forgetFolder } from '../forget/forget-folder.ts';
import { OPTION } from '../options.ts';

export const forgetCommand = (): Command =>
  new Command('forget')
    .description(
      'Deletes a data folder: first revokes its connection to Oura and removes its webhook subscriptions, then deletes nights, workouts, ' +
        'queues, runs, logs and credentials. Files that are not ours stay. Exit code 0: all is deleted. 1: not confirmed, or something remains.',
    )
    .addOption(OPTION.dataDir())
    .addOption(new Option('--yes', 'delete without asking'))
    .addOption(
      new Option(
        '--without-oura',
        'delete the folder even if Oura cannot be reached, and change nothing there',
      ),
    )
    .action(async (options: ForgetOptions) => {
      process.exitCode = await forgetFolder(options, process.env);
    });
