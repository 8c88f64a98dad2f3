import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../exit.ts';

/** Adds one `name=value` to those before. */
const setting = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('It must be name=value, such as timeZone=Europe/Berlin.');
  return { ...before, [name]: value };
};

export const deployCommand = (): Command =>
  new Command('deploy')
    .description(
      'Deploys the stack to AWS: asks for your time zone and a mail address, saves your settings in settings.json, shows what changes ' +
        'in the deployed stack, asks before it removes anything, and runs cdk deploy. OURA_SYNC_SETTINGS names another settings file. ' +
        'Exit code 0: deployed. 1: the deployment failed. 2: wrong usage, or not confirmed.',
    )
    .addOption(
      new Option('--set <name=value>', 'save a setting (repeatable); docs/aws.md lists them')
        .argParser(setting)
        .default({}, 'none'),
    )
    .option(
      '--yes',
      'do not ask: take the defaults, adopt kept tables, and remove what the settings no longer need',
    )
    .option('--new-tables', 'create new tables, even if a destroyed stack has left some')
    .action(async (options: { set: Record<string, string>; yes?: boolean; newTables?: boolean }) => {
      const { deploy } = await import('../deploy/deploy.ts');
      process.exitCode = (await deploy(options)) ? EXIT.settled : EXIT.unsettled;
    });
