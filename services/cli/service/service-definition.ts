import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { SETTINGS_VARIABLE } from '../../../cdk/settings-file.ts';
import { STOP_GRACE_SECONDS } from '../../local/emulators/stop-grace.ts';
import { LAUNCHER } from '../environment/caller.ts';
import { UsageError } from '../usage-error.ts';
import { realPathOf, serviceName } from './service-name.ts';

/** What a service manager runs. It contains no secret: its file, and the list of processes, are readable by others. */
export interface ServiceDefinition {
  readonly name: string;
  /** One line, for lists of services. */
  readonly description: string;
  /** An absolute path and its arguments. */
  readonly command: readonly string[];
  /** The data folder. If its disk is not mounted, the service does not start: it would begin a new folder there. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Holds further variables, if it exists. */
  readonly environmentFile: string;
}

/** How soon a service starts again after a failure. A minute passes even if the failure lasts. */
export const RESTART_SECONDS = 60;

/** How long a stop may take before the service manager kills the process: longer than the process itself waits. */
export const STOP_SECONDS = 2 * STOP_GRACE_SECONDS;

/** The file in the data folder from which the service takes variables, such as those of a proxy. */
const ENVIRONMENT_FILE = 'service.env';

/** Variables of the caller's that change what `npm start` does. The service has its own environment. */
export const VARIABLES = [
  'OURA_API_KEY',
  'OURA_API_BASE_URL',
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  'NODE_USE_ENV_PROXY',
  'NODE_EXTRA_CA_CERTS',
];

/** The options that the user gave, as arguments of `start`. @param omitted options that `start` finds elsewhere */
const givenArguments = (command: Command, omitted: readonly string[]): string[] =>
  command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || omitted.includes(name)) return [];
    const value: unknown = command.getOptionValue(name);
    return value === true ? [`${option.long}`] : [`${option.long}`, String(value)];
  });

/** A service file has lines, and no way to write these characters that every version reads. */
const rejectControlCharacters = (texts: readonly string[]): void => {
  const text = texts.find((each) => /\p{Cc}/u.test(each));
  if (text !== undefined)
    throw new UsageError(
      `A service cannot have control characters in a path or an option: ${JSON.stringify(text)}.`,
    );
};

/**
 * The service that runs `start` with the options of `command`. Throws a UsageError.
 * @param omitted options of `command` that are not options of `start`, or that the data folder holds
 */
export const defineService = (
  command: Command,
  dataDir: string,
  omitted: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ServiceDefinition => {
  const folder = realPathOf(dataDir);
  const settings = env[SETTINGS_VARIABLE];
  const definition: ServiceDefinition = {
    name: serviceName(folder),
    description: `Oura sleep sync of ${folder}`,
    command: [
      process.execPath,
      ...[LAUNCHER, 'start'],
      '--as-service',
      ...['--data-dir', folder],
      ...givenArguments(command, ['dataDir', ...omitted]),
    ],
    folder,
    environment: settings ? { [SETTINGS_VARIABLE]: resolve(settings) } : {},
    environmentFile: join(folder, ENVIRONMENT_FILE),
  };
  rejectControlCharacters([...definition.command, ...Object.values(definition.environment)]);
  return definition;
};
