import { retrySpanSeconds } from '../shared/core/retry-delay.ts';
import type { Settings } from './settings.ts';

/** How often log-error may fail on a message of the dead-letter queue before it is parked as it is. */
export const DEAD_LETTER_RECEIVES = 5;

/** Nothing is given up earlier than this, however short the retries are: a start-up and two polls fit in. */
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
 * The visibility timeout of a queue that a function consumes: six times the function's timeout plus the batching
 * window, as AWS advises, so that throttled and retried invocations end before the messages show again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const visibilityTimeoutSeconds = (functionTimeoutSeconds: number, batchingWindowSeconds = 0): number =>
  6 * functionTimeoutSeconds + batchingWindowSeconds;

/** The visibility timeout of the work queue. Default: 6 * 60 + 1 = 361 s. */
export const workVisibilitySeconds = (timing: Timing): number =>
  visibilityTimeoutSeconds(timing.workerTimeoutSeconds, timing.batchingWindowSeconds);

/** The visibility timeout of the dead-letter queue. Default: 6 * 30 = 180 s. */
export const deadLetterVisibilitySeconds = (timing: Pick<Timing, 'logErrorTimeoutSeconds'>): number =>
  visibilityTimeoutSeconds(timing.logErrorTimeoutSeconds);

/** How long the state `Summarize` waits: the function's timeout, at which Lambda ends it, and its start. */
export const summarizeTimeoutSeconds = ({
  summaryTimeoutSeconds,
}: Pick<Settings, 'summaryTimeoutSeconds'>): number => summaryTimeoutSeconds + 30;

/**
 * How long a work message can live at the longest: every wait at its longest, and every attempt lost with its
 * invocation, so that only the visibility timeout brings it back. Default: 9000 + 5 * 361 = 10805 s.
 */
export const oldestWorkMessageSeconds = (timing: Timing): number =>
  retrySpanSeconds(timing.maxReceiveCount, timing.retryBaseSeconds) +
  timing.maxReceiveCount * workVisibilitySeconds(timing);

/**
 * How long `Plan` waits for the last date: the longest life on the work queue, then the same on the dead-letter
 * queue, and a margin. Default: 10805 + 5 * 180 + 300 = 12005 s, three hours and twenty minutes: a run is over long
 * before the next one a day later.
 */
export const planTimeoutSeconds = (timing: Timing): number =>
  oldestWorkMessageSeconds(timing) +
  DEAD_LETTER_RECEIVES * deadLetterVisibilitySeconds(timing) +
  MIN_PLAN_SECONDS;
