import { METRIC_NAMES, type Metric } from '../../../shared/core/metrics.ts';
import type { Night, NightMetrics } from '../../../shared/core/sleep-record.ts';

/** A night with the given metrics; the others are null. One period with the given content. */
export const nightOf = (
  date: string,
  metrics: Partial<NightMetrics> = {},
  period: Record<string, unknown> = {},
): Night => ({
  date,
  ...(Object.fromEntries(METRIC_NAMES.map((name) => [name, null])) as Record<Metric, null>),
  ...metrics,
  periods: [{ id: `period-${date}`, day: date, type: 'long_sleep', average_breath: 13.875, ...period }],
});
