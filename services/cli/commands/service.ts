import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { makeDataFolder } from '../../local/data-folder/data-folder.ts';
import { findRunning } from '../../local/data-folder/runtime-file.ts';
import { EXIT } from '../exit.ts';
import { destinationOf, noteDestination, shownDestination } from '../notify/destination.ts';
import { NotificationFailed, send } from '../notify/send.ts';
import { OPTION } from '../options.ts';
import { suggest } from '../print/advice.ts';
import { breakLines } from '../print/wrap.ts';
import { print, printAs } from '../print/write.ts';
import { serviceManager } from '../service/choose-manager.ts';
import { defineService, type ServiceDefinition, VARIABLES } from '../service/service-definition.ts';
import type { LogOptions, ServiceManager, ServiceState } from '../service/service-manager.ts';
import { realPathOf, serviceName } from '../service/service-name.ts';
import { noteZoneOfFolder, zoneOf } from '../target/time-zone.ts';
import { UsageError } from '../usage-error.ts';

interface InFolder {
  readonly dataDir: string;
}

/** Options of `service install` that `start` does not have, or reads from the data folder. */
const OMITTED = ['print', 'timeZone', 'notify'];

export const serviceCommand = (): Command =>
  new Command('service')
    .description(
      'Keeps npm start running: as a systemd user unit (Linux) or a launchd agent (macOS), one for each data folder. ' +
        'It starts again after a failure and after a reboot.',
    )
    .helpCommand(false)
    .addCommand(installCommand())
    .addCommand(
      folderCommand('status', 'Shows whether the service runs. Exit code 0: it runs. 1: it does not.')
        .addOption(OPTION.format(['text', 'json'], 'text'))
        .action(async (options: InFolder & { format: string }) => {
          process.exitCode = await status(options);
        }),
    )
    .addCommand(
      folderCommand(
        'logs',
        'Shows what the service has printed: never nights, tokens or health values. Exit code 1: no service is installed.',
      )
        .addOption(OPTION.lines())
        .option('--follow', 'go on with what it prints from now on, until Ctrl-C')
        .action(
          async ({ dataDir, lines, follow = false }: InFolder & Partial<LogOptions> & { lines: number }) => {
            process.exitCode = await logs(dataDir, { lines, follow });
          },
        ),
    )
    .addCommand(
      folderCommand(
        'test-notify',
        'Sends a test message to where --notify sends. Exit code 0: it was accepted. 1: it was not.',
      )
        .addOption(OPTION.notify())
        .action(async (options: InFolder & { readonly notify?: string }) => {
          process.exitCode = await testNotify(options);
        }),
    )
    .addCommand(
      folderCommand('remove', 'Stops the service and removes it. The data folder stays.').action(remove),
    );

const folderCommand = (name: string, description: string): Command =>
  new Command(name).description(description).addOption(OPTION.dataDir());

const installCommand = (): Command => {
  const command: Command = folderCommand(
    'install',
    'Installs the service of the data folder with these options of npm start, and starts it. A second install replaces the first.',
  )
    .addOption(OPTION.timeZone())
    .addOption(OPTION.mornings())
    .addOption(OPTION.notify())
    .addOption(OPTION.port())
    .addOption(OPTION.pagePort('--page-port'))
    .addOption(OPTION.webhookUrl())
    .addOption(OPTION.webhookPort())
    .addOption(OPTION.seed())
    .addOption(OPTION.ring())
    .option('--print', 'print the unit or agent, and install nothing')
    .action(
      async (
        options: InFolder & {
          readonly timeZone?: string;
          readonly notify?: string;
          readonly print?: boolean;
        },
      ) => {
        const manager = await serviceManager(process.platform);
        const definition = defineService(command, options.dataDir, OMITTED);
        if (options.print) print(manager.file(definition).trimEnd());
        else process.exitCode = await install(manager, definition, options);
      },
    );
  return command;
};

const install = async (
  manager: ServiceManager,
  definition: ServiceDefinition,
  options: InFolder & { readonly timeZone?: string; readonly notify?: string },
): Promise<number> => {
  const { dataDir } = options;
  // What can fail comes before anything is written.
  await manager.require();
  const { timeZone } = zoneOf(options);
  // Rejects a wrong one. It is no argument of the service, because it may hold a secret.
  destinationOf(options);
  makeDataFolder(dataDir);
  // The service has the zone of the machine, which that of this shell may differ from.
  noteZoneOfFolder(dataDir, timeZone);
  noteDestination(options);
  await manager.install(definition);
  const inherited = VARIABLES.filter((name) => process.env[name]);
  if (inherited.length > 0 && !existsSync(definition.environmentFile))
    print(
      breakLines(
        `The service does not have ${inherited.join(', ')} of this shell. If it needs ${inherited.length === 1 ? 'it' : 'them'}, write NAME=VALUE lines to ${definition.environmentFile} (mode 0600), and install it again.`,
      ),
    );
  const state = await whenStarted(manager, definition.name, dataDir);
  print(breakLines(describe(state, manager, dataDir)));
  return state.running ? EXIT.settled : EXIT.unsettled;
};

/** A start takes two seconds, on a slow machine ten. After a failure, the service manager waits before the next attempt. */
const START_MS = 30_000;
const POLL_MS = 250;

/** The state when the service serves the folder, or its first attempt has failed, or after {@link START_MS}. */
const whenStarted = async (manager: ServiceManager, name: string, dataDir: string): Promise<ServiceState> => {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const state = await manager.state(name);
    const served = await findRunning(dataDir);
    // Another process has the folder: the service waits for it.
    if (served || !state.running || performance.now() > deadline) return state;
    await sleep(POLL_MS);
  }
};

const status = async ({ dataDir, format }: InFolder & { format: string }): Promise<number> => {
  const manager = await serviceManager(process.platform);
  const state = await manager.state(serviceName(dataDir));
  printAs(format, state, () => breakLines(describe(state, manager, dataDir)));
  return state.running ? EXIT.settled : EXIT.unsettled;
};

const logs = async (dataDir: string, options: LogOptions): Promise<number> => {
  const manager = await serviceManager(process.platform);
  const name = serviceName(dataDir);
  if (!manager.isInstalled(name)) {
    print(breakLines(describeMissing(dataDir)));
    return EXIT.unsettled;
  }
  await manager.logs(name, realPathOf(dataDir), options);
  return EXIT.settled;
};

const testNotify = async (options: InFolder & { readonly notify?: string }): Promise<number> => {
  const { dataDir } = options;
  const destination = destinationOf(options);
  if (!destination)
    throw new UsageError(`No notifications are set up: run ${suggest('start', options, '--notify', 'URL')}.`);
  const shown = shownDestination(destination);
  try {
    const text = `This is a test. A message looks like this when something needs you. (${basename(realPathOf(dataDir))})`;
    await send(destination, { event: 'test', problem: null, title: 'Oura sleep sync: test', text }, dataDir);
  } catch (error: unknown) {
    if (!(error instanceof NotificationFailed)) throw error;
    print(`The test message was not accepted by ${shown}: ${error.message}.`);
    return EXIT.unsettled;
  }
  print(`The test message was accepted by ${shown}.`);
  return EXIT.settled;
};

const remove = async ({ dataDir }: InFolder): Promise<void> => {
  const manager = await serviceManager(process.platform);
  const name = serviceName(dataDir);
  if (!manager.isInstalled(name)) {
    print(`No service of ${dataDir} is installed.`);
    return;
  }
  await manager.remove(name);
  print(`Removed ${name}. The data folder ${dataDir} stays.`);
};

const describeStart = ({ starts_at }: ServiceState, { startAtBoot }: ServiceManager): string => {
  if (starts_at === null) return 'not by itself: it is disabled';
  if (starts_at === 'boot') return 'at boot, and after a failure';
  const atBoot =
    startAtBoot === undefined
      ? 'To start it at boot, let this account log in automatically.'
      : `It ends when you log out. To start it at boot and keep it running: ${startAtBoot}`;
  return `when you log in, and after a failure. ${atBoot}`;
};

const describeMissing = (dataDir: string): string =>
  `Not installed. To install the service of ${dataDir}, run ${suggest('service', { dataDir }, 'install')}`;

const describe = (state: ServiceState, manager: ServiceManager, dataDir: string): string => {
  const { installed, name, file, running, pid, exit_code } = state;
  if (!installed) return describeMissing(dataDir);
  const ended = running || exit_code === null ? '' : `, exit code ${exit_code}`;
  const process = pid === null ? '' : `, process ${pid}`;
  const lines = [
    `Service   ${name} (${manager.term})`,
    `File      ${file}`,
    `State     ${state.state}${process}${ended}`,
    `Starts    ${describeStart(state, manager)}`,
    `Page      ${suggest('dashboard', { dataDir })} prints its address`,
    `Log       ${suggest('service', { dataDir }, 'logs')}`,
  ];
  if (exit_code === EXIT.usage && !running)
    lines.push('It does not start again until you correct what the log says, and install it again.');
  return lines.join('\n');
};
