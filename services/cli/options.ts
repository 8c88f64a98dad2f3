import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Day, isDay, isTimeZone } from '../../shared/core/day.ts';
import { PAGE_PORT } from '../dashboard/server/serve.ts';
import { SCENARIOS, type Scenario } from '../ring-simulator/sleeper/scenario.ts';
import { DEFAULT_DATA_DIR } from './print/advice.ts';

// Each parser takes the text of an option and throws commander's InvalidArgumentError, which becomes one sentence.

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

/** An instant with its offset: without one it would mean another moment on every machine. */
const instant = (text: string): number => {
  const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!withOffset || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It must be ISO 8601 with an offset, such as 2026-03-10T12:00:00-08:00.');
  }
  return Date.parse(text);
};

/** A path: the empty one is a mistake, such as a variable of a script that is not set, and would mean this folder. */
const path = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It must be a path.');
  return text;
};

/** Which simulated ring there is where the user does not say. */
export const DEFAULT_SEED = 1;
export const DEFAULT_SCENARIO: Scenario = 'steady';

/** A century: nobody has more nights, and a year mistyped as 216 is told rather than asked for. */
export const LONGEST_RANGE_DAYS = 36_500;

/** The options that several commands share, each defined once. `seed` and `ring` have no default, so that one that was given shows. */
export const OPTION = {
  dataDir: () =>
    new Option('--data-dir <dir>', 'folder that keeps tables, queues and runs')
      .default(DEFAULT_DATA_DIR)
      .argParser(path),
  format: (formats: readonly string[], fallback: string) =>
    new Option('--format <format>', 'how to print').choices(formats).default(fallback),
  out: () => new Option('--out <file>', 'write to this file (default: standard output)').argParser(path),
  import: (description: string) => new Option('--import <file>', description).argParser(path),
  from: () => new Option('--from <date>', 'first day (YYYY-MM-DD)').argParser(day),
  /** @param without what it means without `--from`; not told where it means everything before */
  to: (without = '') =>
    new Option(
      '--to <date>',
      `last day, included (YYYY-MM-DD)${without === '' ? '' : `; without --from: ${without}`}`,
    ).argParser(day),
  asOf: () =>
    new Option('--as-of <date>', 'with what was known on the morning of this day (YYYY-MM-DD)').argParser(
      day,
    ),
  days: () =>
    new Option('--days <n>', 'ask for the last n days, today included').argParser(
      wholeNumber(1, LONGEST_RANGE_DAYS),
    ),
  port: () =>
    new Option('--port <n>', 'port of the local AWS endpoint on 127.0.0.1 (default: any free one)').argParser(
      wholeNumber(0, 65_535),
    ),
  pagePort: (flag: '--port' | '--page-port') =>
    new Option(
      `${flag} <n>`,
      `port of the page on 127.0.0.1 (default: ${PAGE_PORT}, or any free one where that is taken)`,
    ).argParser(wholeNumber(0, 65_535)),
  callbackPort: () =>
    new Option('--port <n>', 'port on this machine that the redirect URI names').argParser(
      wholeNumber(1, 65_535),
    ),
  wait: () =>
    new Option('--wait <seconds>', 'how long to wait for the browser').argParser(wholeNumber(1, 86_400)),
  timeZone: () => new Option('--time-zone <zone>', "the sleeper's time zone (IANA name)").argParser(timeZone),
  now: () =>
    new Option('--now <iso>', 'pretend that it is this moment; the clock runs on from it').argParser(instant),
  retryBase: () =>
    new Option('--retry-base <seconds>', 'wait before the second attempt; doubles with each further one')
      .default(1)
      .argParser(positiveNumber),
  aws: () => new Option('--aws', 'act on the deployed stack, with the usual AWS profile and region'),
  stack: () =>
    new Option(
      '--stack <name>',
      'which deployed stack; means --aws (default: the setting stackName)',
    ).implies({
      aws: true,
    }),
  rate: () =>
    new Option('--rate <n>', 'messages per second (default: as SQS sees fit)').argParser(wholeNumber(1, 500)),
  seed: () =>
    new Option('--seed <n>', `which simulated sleeper (default: ${DEFAULT_SEED})`).argParser(
      wholeNumber(0, 4_294_967_295),
    ),
  ring: () =>
    new Option('--ring <kind>', `how the simulated ring behaves (default: ${DEFAULT_SCENARIO})`).choices(
      SCENARIOS,
    ),
};

/** Adds the options that say which stack a command means: {@link StackOptions} of with-stack.ts. */
export const withStackOptions = (command: Command): Command =>
  [OPTION.dataDir(), OPTION.aws(), OPTION.stack()].reduce(
    (given, option) => given.addOption(option),
    command,
  );

/** What only means something where the pipeline runs in this process, hence not with `--aws`. */
export const LOCAL_ONLY = ['port', 'timeZone', 'now', 'retryBase', 'seed', 'ring'];

/** Adds the options of every command that runs the pipeline on this machine. */
export const withPipelineOptions = (command: Command): Command =>
  [
    OPTION.dataDir(),
    OPTION.port(),
    OPTION.timeZone(),
    OPTION.now(),
    OPTION.retryBase(),
    OPTION.seed(),
    OPTION.ring(),
  ].reduce((given, option) => given.addOption(option), command);
