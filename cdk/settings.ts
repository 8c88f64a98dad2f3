import { boolean, type InferType, number, object, string, ValidationError } from 'yup';
import { DEFAULT_LOOK_BACK_DAYS } from '../shared/core/choose-dates.ts';
import { type Clock, systemClock } from '../shared/core/clock.ts';
import { isTimeZone } from '../shared/core/day.ts';
import { AppError, type Consequences, INCORRECT } from '../shared/core/errors.ts';
import { keepsSecrets } from '../shared/core/loopback.ts';
import { BATCH_DATES } from '../shared/core/messages.ts';
import { InvalidSchedule } from '../shared/core/schedule/errors.ts';
import { nextRun } from '../shared/core/schedule/next-run.ts';
import { parseSchedule } from '../shared/core/schedule/parse-schedule.ts';

/** A deploy-time setting is unknown or invalid. The message shows the given and the allowed values. */
export class SettingsInvalid extends AppError {
  override readonly name = 'SettingsInvalid';
  override readonly consequences: Consequences = INCORRECT;
  readonly setting: string;

  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

// Every message below completes the sentence "The setting x is ...; it must be ...".
const amount = (min: number, max: number, unit: string) => {
  const allowed = `a number from ${min} to ${max}${unit}`;
  return number().typeError(allowed).min(min, allowed).max(max, allowed).required(allowed);
};
const whole = (min: number, max: number, unit = '') => {
  const allowed = `a whole number from ${min} to ${max}${unit}`;
  return number().typeError(allowed).integer(allowed).min(min, allowed).max(max, allowed).required(allowed);
};
const oneOf = (allowed: readonly number[], unit: string) => {
  const text = `one of ${allowed.join(', ')}${unit}`;
  return number().typeError(text).oneOf(allowed, text).required(text);
};
const flag = () => boolean().typeError('true or false').required('true or false');
// A settings file may hold values of any JSON type.
const text = (allowed: string) => string().typeError(allowed).nonNullable(allowed);
/** `""` leaves an optional text unset, as does `-c name=`. */
const optionalText = (allowed: string) =>
  text(allowed).transform((value: unknown) => (value === '' ? undefined : value));

const tableName = () => optionalText(TABLE).matches(/^[A-Za-z0-9_.-]{3,255}$/, TABLE);

/** Requires https except on this machine, because the requests carry bearer tokens. */
const isApiBaseUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && keepsSecrets(url) && url.search === '' && url.hash === '';
};

/** Returns why `text` is an invalid daily schedule, `undefined` if it is valid. */
const scheduleProblem = (text: string): string | undefined => {
  try {
    const { kind } = parseSchedule(text);
    return kind === 'cron' ? undefined : `${kind}(...) is not allowed here`;
  } catch (error: unknown) {
    if (error instanceof InvalidSchedule) return error.message;
    throw error;
  }
};

/** The values that CloudWatch Logs accepts, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
] as const;

const DAYS = ' (days)';
const SECONDS = ' (seconds)';
const PARAMETER =
  'a parameter name such as /OuraSleepSync/oura-api-key, which does not begin with aws or ssm, as these names are reserved';
const STACK = 'a stack name of letters, digits and hyphens, beginning with a letter, at most 128 long';
const CRON = 'an EventBridge cron expression of six fields such as cron(0 12 * * ? *)';
const TABLE = 'a table name of 3 to 255 letters, digits, dots, hyphens and underscores';
const ZONE = 'an IANA time zone such as America/Los_Angeles';
const URL_TEXT = 'an http or https URL';
const MAIL = 'an e-mail address';
/** The route keys of an HTTP API give other characters a meaning. */
export const WEBHOOK_PATH = /^(\/[A-Za-z0-9_.-]+){1,5}$/;
const ROUTE = 'a path such as /oura, of letters, digits, dots, hyphens and underscores';
const BASE_URL = 'an https URL without user, password and query (http only on this machine)';
/** The environment of a function has room for 4 KB. */
const LONGEST_URL = 1000;

/** Systems Manager reserves names that begin with `aws` or `ssm`, also below a slash and in any case. */
const PARAMETER_NAME = /^(?!\/(aws|ssm))(\/[A-Za-z0-9_.-]+){1,15}$/i;

const defaultParameters = (stackName: string) => ({
  ouraApiKeyParameter: `/${stackName}/oura-api-key`,
  webhookParameter: `/${stackName}/webhook`,
});

/** Every deploy-time choice, with its default. Set in the settings file, or once with `-c name=value`. */
const settingsSchema = object({
  /** The name of the CloudFormation stack. A second stack needs another name. */
  stackName: text(STACK)
    .matches(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, STACK)
    .default('OuraSleepSync'),
  /** When the daily run starts, in `timeZone`. */
  schedule: text(CRON)
    .test('cron', CRON, (value = '', context) => {
      const reason = scheduleProblem(value);
      return reason === undefined || context.createError({ message: `${CRON}: ${reason}` });
    })
    .default('cron(0 12 * * ? *)'),
  /** The user's time zone, for the schedule and for "today". */
  timeZone: text(ZONE).test('time-zone', ZONE, isTimeZone).default('America/Los_Angeles'),
  /** How many dates before today each run plans. */
  lookBackDays: whole(1, 365, DAYS).default(DEFAULT_LOOK_BACK_DAYS),
  /** The MaximumConcurrency of the worker's event source, at least 2, and its reserved concurrency. */
  concurrency: whole(2, 1000).default(3),
  /** Whether the worker reserves `concurrency`. Set false in a new account, whose limit of 10 leaves nothing to reserve. */
  reserveConcurrency: flag().default(true),
  /**
   * The most requests to Oura per minute, over all workers (docs/decisions/0011). Oura allows 5,000 in five minutes. A
   * daily run needs five to ten, ten years of history about thirty.
   */
  requestsPerMinute: whole(60, 1000).default(600),
  /** The most messages of one worker invocation. */
  batchSize: whole(1, 10_000).default(BATCH_DATES),
  /** How long Lambda gathers a batch. */
  batchingWindowSeconds: whole(0, 300, SECONDS)
    .when('batchSize', ([batchSize], schema) =>
      batchSize > 10
        ? schema.min(1, 'at least 1 (seconds) if batchSize is above 10, as Lambda requires')
        : schema,
    )
    .default(1),
  /** Attempts per date before it is parked. */
  maxReceiveCount: whole(1, 20).default(5),
  /** The wait before the second attempt. It doubles with each further attempt. */
  retryBaseSeconds: amount(0.001, 43_200, SECONDS).default(480),
  workerTimeoutSeconds: whole(10, 900, SECONDS).default(60),
  plannerTimeoutSeconds: whole(10, 900, SECONDS).default(60),
  logErrorTimeoutSeconds: whole(5, 900, SECONDS).default(30),
  summaryTimeoutSeconds: whole(5, 900, SECONDS).default(30),
  /** How long the queues keep a message. 14 is the maximum of SQS. */
  messageRetentionDays: whole(1, 14, DAYS).default(14),
  /** How long the ledger keeps a run. It keeps the states of dates permanently. */
  runRetentionDays: whole(1, 3650, DAYS).default(90),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS, DAYS).default(30),
  ouraApiBaseUrl: text(BASE_URL)
    .max(LONGEST_URL, `${BASE_URL}, at most ${LONGEST_URL} characters long`)
    .test('base-url', BASE_URL, (value) => isApiBaseUrl(value ?? ''))
    .default('https://api.ouraring.com'),
  /** The SecureString parameter that holds the key. @default `/<stackName>/oura-api-key` */
  ouraApiKeyParameter: optionalText(PARAMETER).matches(PARAMETER_NAME, PARAMETER),
  /** Whether Oura is asked for last night every 15 minutes from the usual wake-up time on, until it has the night. */
  mornings: flag().default(false),
  /** Whether Oura's webhooks start a sync. Adds an HTTP API that anyone can reach, and a function that checks the signatures. */
  webhooks: flag().default(false),
  /** The path of the webhooks' URL. */
  webhookPath: text(ROUTE).matches(WEBHOOK_PATH, ROUTE).default('/oura'),
  /**
   * The SecureString parameter that holds the secrets of the webhooks: the client secret of the Oura application, and the
   * verification token. @default `/<stackName>/webhook`
   */
  webhookParameter: optionalText(PARAMETER).matches(PARAMETER_NAME, PARAMETER),
  /** GainsIQ's table of sets, in the account and region of the stack. It is only read. @default a table of the stack */
  workoutsTable: tableName(),
  /** The GainsIQ username whose sets count. @default all sets, which must belong to one person */
  workoutsUser: optionalText('a username'),
  /**
   * Static names for the tables of the stack. With the names of kept tables, a new stack adopts them instead of creating
   * empty ones. Fixed at the first deployment: another name would replace the table. @default names that CloudFormation generates
   */
  sleepTable: tableName(),
  syncTable: tableName(),
  ownWorkoutsTable: tableName().when('workoutsTable', ([workoutsTable], schema) =>
    workoutsTable === undefined
      ? schema
      : schema.oneOf([undefined], 'absent: workoutsTable replaces that table'),
  ),
  /** Whether DynamoDB refuses to delete the tables. Set true after the first deployment: until then it would block a rollback. */
  deletionProtection: flag().default(false),
  /** The longest time without a successful scheduled run before an alarm. @default a day and two hours, for a daily schedule */
  longestSilenceHours: whole(2, 168, ' (hours)').default(26),
  /** Where npm start on one machine sends a message when something needs you: a URL or a command. It may hold a secret. */
  notify: optionalText('a URL or a command'),
  /** Receives a mail for each alarm. @default no mail */
  alarmEmail: optionalText(MAIL).email(MAIL),
  /** The URL of the runbook for links in alarms. @default its path in the repository */
  runbookUrl: optionalText(URL_TEXT).test(
    'url',
    URL_TEXT,
    (value) => value === undefined || (/^https?:/.test(value) && URL.canParse(value)),
  ),
});

export type Settings = Readonly<InferType<typeof settingsSchema> & ReturnType<typeof defaultParameters>>;

const rejectUnknown = (given: Record<string, unknown>): void => {
  const known = Object.keys(settingsSchema.fields);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SettingsInvalid(unknown, `Unknown setting ${unknown}: the settings are ${known.join(', ')}`);
};

const rejectWithoutRuns = (schedule: string, timeZone: string, now: number): void => {
  const parsed = parseSchedule(schedule);
  if (nextRun(parsed, timeZone, now) !== undefined) return;
  const ran = nextRun(parsed, timeZone, 0) !== undefined;
  const reason = ran ? 'all its dates are in the past' : 'no such date exists';
  throw new SettingsInvalid(
    'schedule',
    `The setting schedule is ${JSON.stringify(schedule)}, which never runs: ${reason}`,
  );
};

/** @param unset the parameters that would have their default names */
const rejectReservedName = (stackName: string, unset: readonly string[]): void => {
  if (unset.length === 0 || PARAMETER_NAME.test(defaultParameters(stackName).ouraApiKeyParameter)) return;
  throw new SettingsInvalid(
    'stackName',
    `The setting stackName is ${JSON.stringify(stackName)}; it must not begin with aws or ssm, unless ${unset.join(' and ')} is set: AWS reserves parameters with such names`,
  );
};

/**
 * Combines `given` with the defaults. Numbers and booleans may be text, as in `-c name=value`. Throws
 * {@link SettingsInvalid} for the first unknown or invalid setting.
 */
export const readSettings = (given: Record<string, unknown>, clock: Clock = systemClock): Settings => {
  rejectUnknown(given);
  try {
    const settings = settingsSchema.validateSync(given);
    rejectWithoutRuns(settings.schedule, settings.timeZone, clock.now());
    const { stackName, webhooks, ouraApiKeyParameter, webhookParameter } = settings;
    const used = { ouraApiKeyParameter, ...(webhooks && { webhookParameter }) };
    const unset = Object.entries(used).flatMap(([name, value]) => (value === undefined ? [name] : []));
    rejectReservedName(stackName, unset);
    const defaults = defaultParameters(stackName);
    return {
      ...settings,
      ouraApiKeyParameter: ouraApiKeyParameter ?? defaults.ouraApiKeyParameter,
      webhookParameter: webhookParameter ?? defaults.webhookParameter,
    };
  } catch (error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    const setting = error.path ?? '';
    // A password in a URL is not repeated.
    const value = JSON.stringify(given[setting])?.replace(/\/\/.*@/, '//…@');
    throw new SettingsInvalid(setting, `The setting ${setting} is ${value}; it must be ${error.message}`);
  }
};

/** Settings that no stack has: they stay on this machine. */
const OF_MACHINE: readonly (keyof Settings)[] = ['notify'];

/** Returns the settings that differ from the defaults of the stack. */
export const changedSettings = (settings: Settings): Partial<Settings> => {
  const { stackName } = settings;
  const defaults = { ...readSettings({}), stackName, ...defaultParameters(stackName) };
  const names = Object.keys(settingsSchema.fields) as (keyof Settings)[];
  return Object.fromEntries(
    names
      .filter((name) => !OF_MACHINE.includes(name) && settings[name] !== defaults[name])
      .map((name) => [name, settings[name]]),
  );
};

/**
 * Returns the settings in a CDK context: the plain names such as `timeZone`. The CDK's own keys contain a colon, a slash or
 * a hyphen (`@aws-cdk/...`, `acknowledged-issue-numbers`). A misspelled setting passes and is rejected later.
 */
export const settingsInContext = (context: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(context).filter(([key]) => /^[A-Za-z][A-Za-z0-9]*$/.test(key)));
