import { deployment as logError } from '../services/log-error/deployment.ts';
import { retrySpanSeconds } from '../shared/core/retry-delay.ts';
import type { Settings } from './settings.ts';

/** How often log-error receives a message before SQS moves it to the parked queue unchanged. */
export const DEAD_LETTER_RECEIVES = 5;

/** The shortest wait of a run, however short the retries are: time for a start and two polls. */
const MIN_PLAN_SECONDS = 300;

type Timing = Pick<
  Settings,
  | 'retryBaseSeconds'
  | 'maxReceiveCount'
  | 'workerTimeoutSeconds'
  | 'logErrorTimeoutSeconds'
  | 'batchingWindowSeconds'
>;

/**
 * Returns the visibility timeout of a queue that a function consumes: six times the function's timeout plus the batching
 * window, as AWS recommends. Throttled and retried invocations then end before the messages become visible again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const visibilityTimeoutSeconds = (functionTimeoutSeconds: number, batchingWindowSeconds: number): number =>
  6 * functionTimeoutSeconds + batchingWindowSeconds;

/** The visibility timeout of the work queue. Default: 6 * 60 + 1 = 361 s. */
export const workVisibilitySeconds = (timing: Timing): number =>
  visibilityTimeoutSeconds(timing.workerTimeoutSeconds, timing.batchingWindowSeconds);

/** The visibility timeout of the dead-letter queue. Default: 6 * 30 + 1 = 181 s. */
export const deadLetterVisibilitySeconds = (timing: Pick<Timing, 'logErrorTimeoutSeconds'>): number =>
  visibilityTimeoutSeconds(timing.logErrorTimeoutSeconds, logError.source.batchingWindowSeconds);

/** The timeout of the state `Summarize`: the function's timeout and 30 s for its start. */
export const summarizeTimeoutSeconds = ({
  summaryTimeoutSeconds,
}: Pick<Settings, 'summaryTimeoutSeconds'>): number => summaryTimeoutSeconds + 30;

/**
 * The longest life of a work message: every wait is the longest, and every attempt ends only with the visibility timeout.
 * Default: 9000 + 5 * 361 = 10805 s.
 */
export const oldestWorkMessageSeconds = (timing: Timing): number =>
  retrySpanSeconds(timing.maxReceiveCount, timing.retryBaseSeconds) +
  timing.maxReceiveCount * workVisibilitySeconds(timing);

/**
 * The timeout of `Plan`: the longest life of a message on the work queue, then on the dead-letter queue, and a margin.
 * Default: 10805 + 5 * 181 + 300 = 12010 s, or three hours and twenty minutes, less than the day between two runs.
 */
export const planTimeoutSeconds = (timing: Timing): number =>
  oldestWorkMessageSeconds(timing) +
  DEAD_LETTER_RECEIVES * deadLetterVisibilitySeconds(timing) +
  MIN_PLAN_SECONDS;

const HOURS_PER_DAY = 24;

/**
 * The age in days at which a parked message needs a warning: 10 of 14 days. Each run measures it, so the warning comes a day
 * and the longest silence before the expiry at the latest, also with a weekly schedule: min(10, 14 - 7 - 1) = 6 days.
 */
export const parkedWarningDays = ({
  messageRetentionDays,
  longestSilenceHours,
}: Pick<Settings, 'messageRetentionDays' | 'longestSilenceHours'>): number =>
  Math.max(
    // A message that expires before the next run needs a warning at once.
    1 / HOURS_PER_DAY,
    Math.min(
      (messageRetentionDays * 10) / 14,
      messageRetentionDays - longestSilenceHours / HOURS_PER_DAY - 1,
    ),
  );
