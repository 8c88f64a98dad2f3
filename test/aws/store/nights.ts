import { METRIC_NAMES, type Metric } from '../../../shared/core/metrics.ts';
import { RULES_VERSION } from '../../../shared/core/night/assemble-night.ts';
import type { Night, NightMetrics, SleepRecord } from '../../../shared/core/sleep-record.ts';

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
  series: [],
  remarks: [],
  incomplete: [],
  vanished_since: null,
});

/** The fields of a stored night that are the same for all of them in most tests. */
export const STORED: Pick<
  SleepRecord,
  'series' | 'remarks' | 'incomplete' | 'vanished_since' | 'rules_version'
> = { series: [], remarks: [], incomplete: [], vanished_since: null, rules_version: RULES_VERSION };
