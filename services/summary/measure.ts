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

/**
 * Sends how the run ended, and the number of days from the newest stored night to `today` (in the user's time zone).
 * The number is 0 if the night of today is stored, or that of a date which has only begun further east. It is not sent before the first night.
 */
export const measure = (
  metrics: MetricSink,
  { status, cause, failed_by_cause }: Pick<RunSummary, 'status' | 'cause' | 'failed_by_cause'>,
  newest: Day | undefined,
  today: Day,
): void => {
  if (status !== 'running') metrics.count(METRIC_OF[status], 1);
  // Also sent as 0, because an alarm that waits for a success must distinguish silence from failure.
  metrics.level('runsSucceeded', SUCCESSFUL.includes(status) ? 1 : 0);
  metrics.level('runsUnsettled', status === 'complete' ? 0 : 1);
  const causes = [cause, ...Object.keys(failed_by_cause)].flatMap((name) => findCause(name) ?? []);
  metrics.count('credentialsRejected', causes.some(isLockedOut) ? 1 : 0);
  if (newest !== undefined) metrics.level('nightsBehind', Math.max(0, daysBetween(newest, today)));
};
