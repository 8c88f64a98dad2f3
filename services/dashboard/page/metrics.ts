import { signed } from '../../../shared/core/text.ts';
import type { NightRow, NightsAnswer, TrendMetric } from '../server/api.ts';
import { NONE, showHours, showMinutes } from './format.ts';

/** How to name, format and draw a metric. */
export interface MetricView {
  readonly metric: TrendMetric;
  readonly label: string;
  /** Formats a value with its unit. */
  show(value: number): string;
  /** Formats a range with the unit once. */
  range(low: number, high: number): string;
  /** Converts a value to the unit of the axis. */
  axis(value: number): number;
  /** The unit of the axis. */
  readonly unit: string;
}

const plain = (metric: TrendMetric, label: string, unit: string, digits = 0): MetricView => ({
  metric,
  label,
  unit,
  axis: (value) => value,
  show: (value) => `${value.toFixed(digits)}${unit ? ` ${unit}` : ''}`,
  range: (low, high) => `${low.toFixed(digits)}–${high.toFixed(digits)}${unit ? ` ${unit}` : ''}`,
});
const hours = (metric: TrendMetric, label: string): MetricView => ({
  metric,
  label,
  unit: 'h',
  axis: (value) => value / 3600,
  show: showHours,
  range: (low, high) => `${showHours(low)} – ${showHours(high)}`,
});
const minutes = (metric: TrendMetric, label: string): MetricView => ({
  metric,
  label,
  unit: 'min',
  axis: (value) => value / 60,
  show: showMinutes,
  range: (low, high) => `${Math.round(low / 60)}–${showMinutes(high)}`,
});

const deviation: MetricView = {
  ...plain('temperature_delta', 'Temperature', '°C', 2),
  show: (value) => `${signed(value, 2)} °C`,
  range: (low, high) => `${signed(low, 2)} to ${signed(high, 2)} °C`,
};

/** The metrics that are always visible. */
export const MAIN_METRICS: readonly MetricView[] = [
  plain('sleep_score', 'Sleep score', ''),
  hours('total_sleep_duration', 'Time asleep'),
  plain('hrv', 'HRV', 'ms'),
  plain('heart_rate', 'Heart rate', 'bpm', 1),
  deviation,
  plain('sleep_efficiency', 'Efficiency', '%'),
];

export const MORE_METRICS: readonly MetricView[] = [
  hours('deep_sleep_duration', 'Deep sleep'),
  hours('rem_sleep_duration', 'REM sleep'),
  hours('light_sleep_duration', 'Light sleep'),
  minutes('awake_duration', 'Awake'),
  minutes('sleep_latency', 'Time to fall asleep'),
  plain('sleep_restlessness', 'Restfulness (high is calm)', ''),
  plain('restless_periods', 'Restless periods', ''),
  plain('breathing_disturbances', 'Breathing disturbances', ''),
  plain('sleep_timing', 'Timing', ''),
];

export const showMetric = (view: MetricView, value: number | null): string =>
  value === null ? NONE : view.show(value);

/** The marks of a night, in words. */
export const marksOf = ({
  settled,
  revision,
  naps,
}: Pick<NightRow, 'settled' | 'revision' | 'naps'>): string[] => [
  ...(settled ? [] : ['provisional']),
  ...(revision > 1 ? [`revised ${revision - 1}×`] : []),
  ...(naps > 0 ? [naps === 1 ? 'with a nap' : `with ${naps} naps`] : []),
];

/** Why a night was unusual, in words. */
export const reasonsOn = ({ anomalies }: NightsAnswer, date: string): string[] =>
  anomalies.flatMap((anomaly) => (anomaly.date === date ? [anomaly.reason] : []));
