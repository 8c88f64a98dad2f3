import type { Metric } from '../../../shared/core/metrics.ts';

/**
 * The metrics that are compared. Oura computes its scores from the others and from earlier days; light sleep and time in bed
 * follow from the other durations and the bedtimes. These would count the same difference twice.
 */
export const JOINT_METRICS = [
  'total_sleep_duration',
  'deep_sleep_duration',
  'rem_sleep_duration',
  'awake_duration',
  'sleep_efficiency',
  'sleep_latency',
  'restless_periods',
  'heart_rate',
  'lowest_heart_rate',
  'hrv',
  'temperature_delta',
  'breathing_rate',
  'breathing_disturbances',
  'bedtime_start',
  'bedtime_end',
] as const satisfies readonly Metric[];
export type JointMetric = (typeof JOINT_METRICS)[number];

/** How an illness with fever changes the metrics: +1 up, -1 down. */
export const ILLNESS: Partial<Readonly<Record<Metric, 1 | -1>>> = {
  heart_rate: 1,
  lowest_heart_rate: 1,
  hrv: -1,
  temperature_delta: 1,
  breathing_rate: 1,
};

/** What the ring measures in any part of a night. A night in two parts changes the other metrics, not these. */
export const BODY_METRICS: ReadonlySet<JointMetric> = new Set([
  'heart_rate',
  'lowest_heart_rate',
  'hrv',
  'temperature_delta',
  'breathing_rate',
  'breathing_disturbances',
]);
