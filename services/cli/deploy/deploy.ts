import { existsSync } from 'node:fs';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { checkEsbuild } from '../../../cdk/check-esbuild.ts';
import { reservedConcurrency } from '../../../cdk/reserved-concurrency.ts';
import { readSettings, type Settings } from '../../../cdk/settings.ts';
import { readSettingsFile, settingsFileName, settingsPath } from '../../../cdk/settings-file.ts';
import { synthesize } from '../../../cdk/synthesize.ts';
import type { Template } from '../../../cdk/template.ts';
import { writeDurably } from '../../local/data-folder/write-durably.ts';
import type { Terminal } from '../ask-line.ts';
import { confirm } from '../confirm.ts';
import { DEFAULT_DATA_DIR } from '../environment/caller.ts';
import { suggest, type Target } from '../print/advice.ts';
import { explainAws } from '../target/explain-aws.ts';
import { zoneOfMachine } from '../target/time-zone.ts';
import { UsageError } from '../usage-error.ts';
import { changedLines, removedLines } from './changes.ts';
import { askSettings, chooseReservation, type Given } from './choose-settings.ts';
import { type DeployedStack, readDeployedStack } from './deployed-stack.ts';
import { findCdk, runCdk } from './run-cdk.ts';
import { checkNamesStay, findKeptTables, protect, tablesToAdopt } from './tables.ts';

export interface DeployOptions {
  /** Settings to save, as text. */
  readonly set: Readonly<Record<string, string>>;
  /** Answers every question with its default, and allows removals. */
  readonly yes?: boolean;
  /** Creates tables even if kept ones could be adopted. */
  readonly newTables?: boolean;
}

/** The parts of a deployment that a test replaces. */
export interface DeployEnvironment {
  readonly terminal: Terminal;
  /** The zone of this machine. */
  readonly machine: string;
  readonly cdk: (args: readonly string[]) => Promise<boolean>;
}

const thisMachine = (): DeployEnvironment => {
  const cdk = findCdk();
  return {
    terminal: { input: process.stdin, output: process.stdout },
    machine: Intl.DateTimeFormat().resolvedOptions().timeZone,
    cdk: (args) => runCdk(cdk, args),
  };
};

/** Replaces the text of `set` by numbers and booleans. */
const typed = (set: DeployOptions['set'], settings: Settings): Given =>
  Object.fromEntries(Object.keys(set).map((name) => [name, settings[name as keyof Settings] ?? '']));

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;

/** Saves the settings, compares them with the deployed stack, and runs `cdk deploy`. Returns whether it succeeded. */
export const deploy = async (
  options: DeployOptions,
  { terminal, machine, cdk }: DeployEnvironment = thisMachine(),
): Promise<boolean> => {
  checkEsbuild();
  if (!options.yes && !terminal.input.isTTY) {
    throw new UsageError(
      'There is no terminal for questions: add --yes, and your settings with --set name=value.',
    );
  }
  const path = settingsPath();
  const file = settingsFileName(path);
  const saved = existsSync(path) ? readSettingsFile(path) : undefined;
  const { stackName } = readSettings({ ...saved, ...options.set });
  const print = (text: string) => terminal.output.write(text);
  try {
    const deployed = await readDeployedStack(new CloudFormationClient(), stackName);
    if (!saved && deployed) print(`${file} does not exist: it starts from the settings of ${stackName}.\n`);
    const { given, settings, template } = await choose(
      { ...(saved ?? deployed?.given), ...options.set },
      deployed,
      { ...options, terminal, machine },
    );
    const dynamodb = new DynamoDBClient();
    if (deployed) checkNamesStay(deployed, template);
    const adopted = await tablesToAdopt(dynamodb, deployed, template);
    if (deployed) await confirmChanges(deployed, given, settings, template, { ...options, terminal });
    print(list('Existing tables that the stack adopts', adopted));
    writeDurably(path, `${JSON.stringify(given, null, 2)}\n`);
    print(`Your settings are in ${file}.\n`);
    if (!settings.alarmEmail) print('Alarms notify no one, because alarmEmail is not set.\n');
    await protect(dynamodb, adopted);
    const succeeded = await cdk([
      'deploy',
      ...(options.yes ? ['--require-approval', 'never'] : []),
      ...(adopted.length > 0 ? ['--import-existing-resources'] : []),
    ]);
    if (succeeded && !settings.deletionProtection)
      print(
        `To protect the tables from deletion, set deletionProtection to true in ${file}, and deploy again.\n`,
      );
    if (succeeded && settings.webhooks && !deployed?.settings.webhooks)
      print(`To subscribe to Oura's webhooks: ${suggest('webhooks', TARGET, 'subscribe')}\n`);
    return succeeded;
  } catch (error: unknown) {
    throw explainAws(error, stackName) ?? error;
  }
};

/**
 * Completes the settings: the answers of the user, the account's limit, and kept tables of a destroyed stack. Throws a UsageError
 * if the user does not adopt these.
 */
const choose = async (
  known: Given,
  deployed: DeployedStack | undefined,
  options: DeployOptions & Omit<DeployEnvironment, 'cdk'>,
): Promise<{ given: Given; settings: Settings; template: Template }> => {
  const { terminal, yes, set } = options;
  const defaults = readSettings(known);
  const zone = deployed?.settings.timeZone ?? zoneOfMachine(options.machine) ?? defaults.timeZone;
  let given: Given = { ...known, ...typed(set, defaults) };
  given = yes ? { ...given, timeZone: given['timeZone'] ?? zone } : await askSettings(given, zone, terminal);
  const own = deployed ? reservedConcurrency(deployed.settings) : 0;
  const reservation = await chooseReservation(new LambdaClient(), given, own);
  if (reservation['reserveConcurrency'] === false)
    terminal.output.write(
      "The account's limit is too low to reserve concurrency for the functions: none is reserved.\n",
    );
  given = { ...given, ...reservation };
  if (!deployed && !options.newTables) {
    const kept = await findKeptTables(new DynamoDBClient(), readSettings(given));
    const names = Object.values(kept);
    if (
      names.length > 0 &&
      !(yes || (await confirm(`Adopt the kept ${names.join(', ')}?`, terminal.input, terminal.output)))
    )
      throw new UsageError(
        'Not deployed: to start with new, empty tables beside the kept ones, add --new-tables.',
      );
    given = { ...given, ...kept };
  }
  const settings = readSettings(given);
  return { given, settings, template: synthesize(given) };
};

/** The deployed stack of the settings file. */
const TARGET: Target = { aws: true, dataDir: DEFAULT_DATA_DIR };

/** Shows the changes. Throws a UsageError if the user does not want to remove what the deployment removes. */
const confirmChanges = async (
  deployed: DeployedStack,
  given: Given,
  settings: Settings,
  template: Template,
  { yes, terminal }: DeployOptions & Pick<DeployEnvironment, 'terminal'>,
): Promise<void> => {
  const removed = removedLines(deployed, template);
  const reverted = Object.keys(deployed.given).filter((name) => given[name] === undefined);
  terminal.output.write(list('Changed settings', changedLines(deployed.settings, settings)));
  terminal.output.write(list('The deployment removes', removed));
  if (deployed.settings.webhooks && !settings.webhooks) {
    terminal.output.write(
      `Oura sends events to the removed address until the subscriptions expire: run ${suggest('webhooks', TARGET, 'remove')} first.\n`,
    );
  }
  if (removed.length === 0 && reverted.length === 0) return;
  const lost = reverted.length === 0 ? '' : ` ${reverted.join(', ')} will have the default again.`;
  if (yes || (await confirm(`Deploy?${lost}`, terminal.input, terminal.output))) return;
  throw new UsageError('Not deployed, and nothing was saved.');
};
