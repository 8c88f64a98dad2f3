// IMPORTANT: also sent to the browser by the page. No I/O, no AWS SDK.
import { METRICS, type MetricDefinition, showHours } from './metrics.ts';

/** Of the sleep before a session: several parts of a night, or more than one night. In seconds. */
const OF_SEVERAL = {
  deep_and_rem_duration: { ...METRICS.total_sleep_duration, label: 'deep and REM sleep' },
  sleep_debt_7d: {
    ...METRICS.total_sleep_duration,
    label: 'sleep debt',
    format: (value) => (value < 0 ? `${showHours(-value)} ahead` : showHours(value)),
  },
  nap_duration: { ...METRICS.awake_duration, label: 'naps' },
} satisfies Readonly<Record<string, MetricDefinition>>;

/** What the insights compare with training: the metrics of a night, and those of several parts or nights. */
export const SLEEP_MEASURES: Readonly<
  Record<keyof typeof METRICS | keyof typeof OF_SEVERAL, MetricDefinition>
> = { ...METRICS, ...OF_SEVERAL };
export type SleepMeasure = keyof typeof SLEEP_MEASURES;
export const SLEEP_MEASURE_NAMES = Object.keys(SLEEP_MEASURES) as SleepMeasure[];

/** When the sleep before a session was. Lag 0 is the last night that ended before its first set. */
export const whenBefore = (measure: SleepMeasure, lagDays: number): string => {
  if (measure === 'sleep_debt_7d') return 'the week before';
  if (measure === 'nap_duration') return 'the same day';
  return lagDays === 0 ? 'the night before' : `${lagDays + 1} nights before`;
};
