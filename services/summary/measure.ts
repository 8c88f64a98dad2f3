import { findCause } from '../../shared/core/causes.ts';
import { type Day, daysBetween } from '../../shared/core/day.ts';
import { isLockedOut } from '../../shared/core/errors.ts';
import { SUCCESSFUL } from '../../shared/core/ledger.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';
import type { RunSummary } from './summarize.ts';

const METRIC_OF = {
  complete: 'runsComplete',
  partial: 'runsPartial',
  failed: 'runsFailed',
  incomplete: 'runsIncomplete',
} as const;

/** What the metrics of a run depend on. */
export interface Measured {
  readonly run: Pick<RunSummary, 'status' | 'cause' | 'failed_by_cause' | 'counts'>;
  /** Whether the schedule started the run. */
  readonly isScheduled: boolean;
  /** Whether the run planned the whole look-back. */
  readonly isLookBack: boolean;
  /** The newest stored night; undefined before the first. */
  readonly newest: Day | undefined;
  /** In the user's time zone. */
  readonly today: Day;
  /** Undefined if the parked queue could not be read. */
  readonly oldestParkedDays: number | undefined;
}

/**
 * Sends how the run ended and the state that it leaves. State alarms keep their state until the next value, so a value is
 * sent only if the run proves it: a run of one old date that completes does not prove that the failed dates are settled, and
 * an outage does not prove that Oura accepts the credentials. Only a scheduled run proves that the schedule works, whatever
 * other runs achieve.
 */
export const measure = (
  metrics: MetricSink,
  { run, isScheduled, isLookBack, newest, today, oldestParkedDays }: Measured,
): void => {
  const { status, cause, failed_by_cause, counts } = run;
  if (status !== 'running') metrics.count(METRIC_OF[status], 1);
  const hasSucceeded = SUCCESSFUL.includes(status);
  // Also sent as 0, because an alarm that waits for a success must distinguish silence from failure.
  if (isScheduled) metrics.level('runsSucceeded', hasSucceeded ? 1 : 0);
  if (status !== 'complete') metrics.level('runsUnsettled', 1);
  // The failed dates of a backfill are outside the look-back, and parked.
  else if (isLookBack && oldestParkedDays === 0) metrics.level('runsUnsettled', 0);
  const causes = [cause, ...Object.keys(failed_by_cause)].flatMap((name) => findCause(name) ?? []);
  if (causes.some(isLockedOut)) metrics.level('credentialsRejected', 1);
  // A run without dates may have met an outage.
  else if (hasSucceeded && counts.planned > 0) metrics.level('credentialsRejected', 0);
  // 0 if the night of today is stored, or that of a date which has only begun further east.
  if (newest !== undefined) metrics.level('nightsBehind', Math.max(0, daysBetween(newest, today)));
  if (oldestParkedDays !== undefined) metrics.level('oldestParkedDays', oldestParkedDays);
};
