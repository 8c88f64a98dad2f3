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

/** A deploy-time setting is unknown or unusable. `setting` names it; the message says what was given and what is allowed. */
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
/** `-c name=` leaves an optional text unset. */
const optionalText = () => string().transform((value: unknown) => (value === '' ? undefined : value));

/** Bearer tokens travel to this address. */
const isApiBaseUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && keepsSecrets(url) && url.search === '' && url.hash === '';
};

/** Why `text` cannot be the daily schedule; undefined where it can. */
const reasonAgainst = (text: string): string | undefined => {
  try {
    const { kind } = parseSchedule(text);
    return kind === 'cron' ? undefined : `${kind}(...) is not allowed here`;
  } catch (error: unknown) {
    if (error instanceof InvalidSchedule) return error.message;
    throw error;
  }
};

/** What CloudWatch Logs takes, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
] as const;

const DAYS = ' (days)';
const SECONDS = ' (seconds)';
const PARAMETER = 'a parameter name such as /OuraSleepSync/oura-api-key';
const STACK = 'a stack name of letters, digits and hyphens, beginning with a letter, at most 128 long';
const CRON = 'an EventBridge cron expression of six fields such as cron(0 12 * * ? *)';
const WORKOUTS = 'a table name of 3 to 255 letters, digits, dots, hyphens and underscores';
const BASE_URL = 'an https URL without query (http only on this machine)';

/** Every deploy-time choice, with its default. Set in the `context` of cdk.json or with `-c name=value`. */
const settingsSchema = object({
  /** Name of the CloudFormation stack; a second stack beside the first needs another. */
  stackName: string()
    .matches(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, STACK)
    .default('OuraSleepSync'),
  /** When the daily run starts, on the clock of `timeZone`. */
  schedule: string()
    .test('cron', CRON, (value = '', context) => {
      const reason = reasonAgainst(value);
      return reason === undefined || context.createError({ message: `${CRON}: ${reason}` });
    })
    .default('cron(0 12 * * ? *)'),
  /** The sleeper's time zone: of the schedule, and of what "today" is. */
  timeZone: string()
    .test('time-zone', 'an IANA time zone such as America/Los_Angeles', isTimeZone)
    .default('America/Los_Angeles'),
  /** How many days up to today a run looks at. */
  lookBackDays: whole(1, 365, DAYS).default(DEFAULT_LOOK_BACK_DAYS),
  /** Workers at once: the event source's MaximumConcurrency, which starts at 2, and the reserved concurrency. */
  concurrency: whole(2, 1000).default(3),
  /** Whether the worker reserves `concurrency`. A new account's limit of 10 leaves nothing to reserve: then false. */
  reserveConcurrency: flag().default(true),
  /**
   * Requests to Oura per minute at most, over all workers (docs/decisions/0011). Oura allows 5,000 in five minutes; a daily run takes
   * five to ten, ten years about thirty.
   */
  requestsPerMinute: whole(60, 1000).default(600),
  /** Messages that one worker invocation takes at most. */
  batchSize: whole(1, 10_000).default(BATCH_DATES),
  /** How long SQS gathers a batch: long enough to fill one from a busy queue, short enough for the one date of a day. */
  batchingWindowSeconds: whole(0, 300, SECONDS)
    .when('batchSize', ([batchSize], schema) =>
      batchSize > 10
        ? schema.min(1, 'at least 1 (seconds) where batchSize is above 10, as SQS asks')
        : schema,
    )
    .default(1),
  /** Attempts per date before it is parked. */
  maxReceiveCount: whole(1, 20).default(5),
  /** The wait before the second attempt; it doubles with each further one. A fraction is allowed. */
  retryBaseSeconds: amount(0.001, 43_200, SECONDS).default(480),
  workerTimeoutSeconds: whole(10, 900, SECONDS).default(60),
  plannerTimeoutSeconds: whole(10, 900, SECONDS).default(60),
  logErrorTimeoutSeconds: whole(5, 900, SECONDS).default(30),
  summaryTimeoutSeconds: whole(5, 900, SECONDS).default(30),
  /** How long the queues keep a message; 14 is the longest that SQS offers. */
  messageRetentionDays: whole(1, 14, DAYS).default(14),
  /** How long the ledger keeps a run; what is known of a date stays. */
  runRetentionDays: whole(1, 3650, DAYS).default(90),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS, DAYS).default(30),
  ouraApiBaseUrl: string()
    .test('base-url', BASE_URL, (value) => isApiBaseUrl(value ?? ''))
    .default('https://api.ouraring.com'),
  /** The SecureString parameter that holds the key; unset: `/<stackName>/oura-api-key`. */
  ouraApiKeyParameter: optionalText().matches(/^(\/[A-Za-z0-9_.-]+){1,15}$/, PARAMETER),
  /** The table in which GainsIQ keeps its sets, in the stack's account and region: only read; unset: the stack makes a table of its own. */
  workoutsTable: optionalText().matches(/^[A-Za-z0-9_.-]{3,255}$/, WORKOUTS),
  /** Whose sets of that table count (GainsIQ's username); unset: all, which must then be one person's. */
  workoutsUser: optionalText(),
  /** How long no run need have succeeded before an alarm is raised: two hours more than a day, for a daily schedule. */
  longestSilenceHours: whole(2, 168, ' (hours)').default(26),
  /** Who is told of alarms; unset: nobody, the alarms only show. */
  alarmEmail: optionalText().email('an e-mail address'),
  /** Where the runbook can be read, for the links in alarm texts; unset: its path in the repository. */
  runbookUrl: optionalText().test(
    'url',
    'an http or https URL',
    (value) => value === undefined || (/^https?:/.test(value) && URL.canParse(value)),
  ),
});

/** The settings of one stack, complete and checked. */
export type Settings = Readonly<InferType<typeof settingsSchema> & { ouraApiKeyParameter: string }>;

const refuseUnknown = (given: Record<string, unknown>): void => {
  const known = Object.keys(settingsSchema.fields);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SettingsInvalid(unknown, `There is no setting ${unknown}; the settings are ${known.join(', ')}`);
};

const refuseWithoutRuns = (schedule: string, timeZone: string, now: number): void => {
  const parsed = parseSchedule(schedule);
  if (nextRun(parsed, timeZone, now) !== undefined) return;
  const ran = nextRun(parsed, timeZone, 0) !== undefined;
  const reason = ran ? 'all its dates are in the past' : 'no such date exists';
  throw new SettingsInvalid(
    'schedule',
    `The setting schedule is ${JSON.stringify(schedule)}, which never runs: ${reason}`,
  );
};

/**
 * The settings that `given` and the defaults make. Numbers and booleans may be text, as `-c name=value` gives them.
 * Throws {@link SettingsInvalid} for the first setting that is unknown or unusable.
 */
export const readSettings = (given: Record<string, unknown>, clock: Clock = systemClock): Settings => {
  refuseUnknown(given);
  try {
    const settings = settingsSchema.validateSync(given);
    refuseWithoutRuns(settings.schedule, settings.timeZone, clock.now());
    return {
      ...settings,
      ouraApiKeyParameter: settings.ouraApiKeyParameter ?? `/${settings.stackName}/oura-api-key`,
    };
  } catch (error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    const setting = error.path ?? '';
    throw new SettingsInvalid(
      setting,
      `The setting ${setting} is ${JSON.stringify(given[setting])}; it must be ${error.message}`,
    );
  }
};

/**
 * The part of a CDK context that is ours: plain names such as `timeZone`. CDK's own keys carry a colon, a slash or a
 * hyphen (`@aws-cdk/...`, `aws:cdk:...`, `acknowledged-issue-numbers`), so a misspelt setting still comes through.
 */
export const settingsInContext = (context: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(context).filter(([key]) => /^[A-Za-z][A-Za-z0-9]*$/.test(key)));
