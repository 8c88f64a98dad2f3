import { type Command, InvalidArgumentError, Option } from 'commander';
import { WEBHOOK_PATH } from '../../cdk/settings.ts';
import { type Day, isDay, isTimeZone } from '../../shared/core/day.ts';
import { keepsSecrets } from '../../shared/core/loopback.ts';
import { PAGE_PORT } from '../dashboard/server/serve.ts';
import { LOCAL_DEFAULTS } from '../local/template/default-template.ts';
import { SCENARIOS, type Scenario } from '../ring-simulator/sleeper/scenario.ts';
import { DEFAULT_DATA_DIR, expandHome } from './environment/caller.ts';

// Each parser reads the text of an option. commander turns its InvalidArgumentError into one sentence.

const day = (text: string): Day => {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a date YYYY-MM-DD.');
  return text;
};

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };

const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
};

const timeZone = (text: string): string => {
  if (!isTimeZone(text))
    throw new InvalidArgumentError('It must be an IANA time zone such as Europe/Helsinki.');
  return text;
};

/** Parses an instant. The offset is required: without one it would mean another moment on every machine. */
const instant = (text: string): number => {
  const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!withOffset || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It must be ISO 8601 with an offset, such as 2026-03-10T12:00:00-08:00.');
  }
  return Date.parse(text);
};

/** An empty path is a mistake, such as an unset variable of a script, and would mean the current folder. */
const path = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It must be a path.');
  return expandHome(text);
};

/** Oura compares addresses character by character, so an empty query is left out. The receiver does not listen on IPv6. */
export const webhookUrl = (text: string): string => {
  const url = URL.parse(text);
  const isAllowed = url && keepsSecrets(url) && url.hostname !== '[::1]';
  if (!isAllowed || url.search || url.hash || !WEBHOOK_PATH.test(url.pathname)) {
    throw new InvalidArgumentError(
      'It must be an https URL with a path and nothing after it, such as https://example.com/oura (http only on 127.0.0.1).',
    );
  }
  return `${url.origin}${url.pathname}`;
};

/** After 8765, the port of the redirect URI of `connect`. */
export const DEFAULT_WEBHOOK_PORT = 8766;

export const DEFAULT_SEED = 1;
export const DEFAULT_SCENARIO: Scenario = 'steady';

/** A century: catches a year mistyped as 216. */
export const LONGEST_RANGE_DAYS = 36_500;

/** The options that several commands share. `seed` and `ring` have no default, to distinguish a given one. */
export const OPTION = {
  dataDir: () =>
    new Option('--data-dir <dir>', 'data folder: tables, queues, runs and credentials')
      .default(DEFAULT_DATA_DIR)
      .argParser(path),
  format: (formats: readonly string[], fallback: string) =>
    new Option('--format <format>', 'output format').choices(formats).default(fallback),
  out: (description = 'output file; its ending selects the format (default: standard output)') =>
    new Option('--out <file>', description).argParser(path),
  follow: () =>
    new Option(
      '--follow <dir>',
      'keep Parquet files by year, or one SQLite file (--format), in this folder up to date after each run, until Ctrl-C',
    ).argParser(path),
  fromFile: () => new Option('--from <file>', 'the file that backup has written').argParser(path),
  import: (description: string) => new Option('--import <file>', description).argParser(path),
  /** @param note added to the help text */
  from: (note = '') =>
    new Option('--from <date>', `first day (YYYY-MM-DD)${note && `; ${note}`}`).argParser(day),
  /** @param without the meaning without `--from`; empty: every earlier day */
  to: (without = '') =>
    new Option(
      '--to <date>',
      `last day, included (YYYY-MM-DD)${without === '' ? '' : `; without --from: ${without}`}`,
    ).argParser(day),
  accept: () =>
    new Option(
      '--accept <date>',
      'accept that the record of this day (YYYY-MM-DD) stays invalid, until Oura answers differently',
    ).argParser(day),
  asOf: () =>
    new Option('--as-of <date>', 'use only what was known on the morning of this day (YYYY-MM-DD)').argParser(
      day,
    ),
  days: () =>
    new Option(
      '--days <n>',
      'request the last n days up to today, and any later date that has begun somewhere on Earth',
    ).argParser(wholeNumber(1, LONGEST_RANGE_DAYS)),
  again: () =>
    new Option('--again', 'request every date of the range again, also nights and gaps that are settled'),
  mornings: () =>
    new Option(
      '--mornings',
      'ask for last night every 15 minutes from your usual wake-up time on, until Oura has it',
    ),
  notify: () =>
    new Option(
      '--notify <url|command>',
      'send a message when something needs you, stored in the data folder; none: no messages (default: the stored one, else the setting notify)',
    ),
  lines: () =>
    new Option('--lines <n>', 'the last n lines').argParser(wholeNumber(1, 1_000_000)).default(100),
  asService: () =>
    new Option(
      '--as-service',
      'for a service manager: wait while another command uses the data folder, and print no nights',
    ),
  port: () =>
    new Option(
      '--port <n>',
      'port of the local AWS endpoint on 127.0.0.1 (default: any free port)',
    ).argParser(wholeNumber(0, 65_535)),
  pagePort: (flag: '--port' | '--page-port') =>
    new Option(
      `${flag} <n>`,
      `port of the page on 127.0.0.1 (default: ${PAGE_PORT}, or any free port if it is in use)`,
    ).argParser(wholeNumber(0, 65_535)),
  webhookUrl: () =>
    new Option(
      '--webhook-url <url>',
      "receive Oura's webhooks at this address of your tunnel or reverse proxy, and subscribe to them",
    ).argParser(webhookUrl),
  webhookPort: () =>
    new Option(
      '--webhook-port <n>',
      `port on 127.0.0.1 to which the tunnel or reverse proxy forwards (default: ${DEFAULT_WEBHOOK_PORT})`,
    ).argParser(wholeNumber(1, 65_535)),
  callbackPort: () =>
    new Option('--port <n>', 'port of the redirect URI on this machine').argParser(wholeNumber(1, 65_535)),
  wait: () =>
    new Option('--wait <seconds>', 'how long to wait for the browser').argParser(wholeNumber(1, 86_400)),
  timeZone: () =>
    new Option(
      '--time-zone <zone>',
      'your time zone (IANA name), stored in the data folder (default: the stored one, else that of this machine unless it is UTC)',
    ).argParser(timeZone),
  now: () =>
    new Option('--now <iso>', 'use this instant as the current time; the clock runs on from it').argParser(
      instant,
    ),
  retryBase: () =>
    new Option('--retry-base <seconds>', 'wait before the second attempt; doubles with each further attempt')
      .default(LOCAL_DEFAULTS.retryBaseSeconds)
      .argParser(positiveNumber),
  aws: () => new Option('--aws', 'use the deployed stack, with your AWS profile and region'),
  stack: () =>
    new Option(
      '--stack <name>',
      'name of the deployed stack; implies --aws (default: the setting stackName)',
    ).implies({ aws: true }),
  rate: () =>
    new Option('--rate <n>', 'messages to move per second (default: chosen by SQS)').argParser(
      wholeNumber(1, 500),
    ),
  seed: () =>
    new Option('--seed <n>', `seed of the simulated ring (default: ${DEFAULT_SEED})`).argParser(
      wholeNumber(0, 4_294_967_295),
    ),
  ring: () =>
    new Option('--ring <kind>', `scenario of the simulated ring (default: ${DEFAULT_SCENARIO})`).choices(
      SCENARIOS,
    ),
};

/** Adds the options that select a stack (StackOptions in with-stack.ts). */
export const withStackOptions = (command: Command): Command =>
  command.addOption(OPTION.dataDir()).addOption(OPTION.aws()).addOption(OPTION.stack());

/** Options of a pipeline in this process, which conflict with `--aws`. */
export const LOCAL_ONLY = ['port', 'timeZone', 'now', 'retryBase', 'seed', 'ring'];

/** Adds the options of a command that runs the pipeline on this machine. */
export const withPipelineOptions = (command: Command): Command =>
  command
    .addOption(OPTION.dataDir())
    .addOption(OPTION.port())
    .addOption(OPTION.timeZone())
    .addOption(OPTION.now())
    .addOption(OPTION.retryBase())
    .addOption(OPTION.seed())
    .addOption(OPTION.ring());
