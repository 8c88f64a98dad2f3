import { findCause } from '../../shared/core/causes.ts';
import { type Day, daysBetween } from '../../shared/core/day.ts';
import { isLockedOut } from '../../shared/core/errors.ts';
import type { MetricSink } from '../../shared/core/metric-sink.ts';
import type { RunSummary } from './summarize.ts';

const METRIC_OF = {
  complete: 'runsComplete',
  partial: 'runsPartial',
  failed: 'runsFailed',
  incomplete: 'runsIncomplete',
} as const;

/**
 * Sends how the run ended, and how many days lie between the newest stored night and `today` (in the sleeper's zone):
 * 0 where today's night is there; nothing before the first night, when there is nothing to be behind of.
 */
export const measure = (
  metrics: MetricSink,
  { status, cause, failures }: Pick<RunSummary, 'status' | 'cause' | 'failures'>,
  newest: Day | undefined,
  today: Day,
): void => {
  if (status !== 'running') metrics.count(METRIC_OF[status], 1);
  // Sent as 0, too: an alarm that waits for a success must know silence from failure.
  metrics.level('runsSucceeded', status === 'complete' || status === 'partial' ? 1 : 0);
  metrics.level('runsUnsettled', status === 'complete' ? 0 : 1);
  const causes = [cause, ...failures.map(({ name }) => name)].flatMap((name) => findCause(name) ?? []);
  metrics.count('credentialsRejected', causes.some(isLockedOut) ? 1 : 0);
  if (newest !== undefined) metrics.level('nightsBehind', daysBetween(newest, today));
};
