import { METRICS, showEnds, showMetric } from '../../../shared/core/metrics.ts';
import { REMARKS } from '../../../shared/core/night/remarks.ts';
import { capitalized } from '../../../shared/core/text.ts';
import type { NightRow, NightsAnswer, RareNightsAnswer, TrendMetric } from '../server/api.ts';
import { NONE } from './format.ts';
import { amountText, shown } from './units.ts';

/** How to name, format and draw a metric. */
export interface MetricView {
  readonly metric: TrendMetric;
  readonly label: string;
  /** Formats a value with its unit. */
  show(value: number | null): string;
  /** Formats a range with the unit once. */
  range(low: number, high: number): string;
  /** Converts a value to the unit of the axis. */
  axis(value: number): number;
  /** The unit of the axis. */
  readonly unit: string;
  /** Formats the size of a difference to two digits, with its unit and without its sign. */
  amount(change: number): string;
}

export const viewOf = (metric: TrendMetric): MetricView => {
  // Read each time, because the user can change the units.
  const definition = () => shown(METRICS[metric]);
  return {
    metric,
    label: capitalized(METRICS[metric].label),
    get unit() {
      return definition().axis.unit;
    },
    axis: (value) => value / definition().axis.per,
    show: (value) => (value === null ? NONE : showMetric(definition(), value)),
    range: (low, high) => `${showEnds(definition(), [low, high])}${definition().suffix}`,
    amount: (change) => amountText(change, definition().difference),
  };
};

/** The metrics that are always visible. */
export const MAIN_METRICS: readonly MetricView[] = (
  [
    'sleep_score',
    'total_sleep_duration',
    'hrv',
    'heart_rate',
    'temperature_delta',
    'sleep_efficiency',
  ] as const
).map(viewOf);

export const MORE_METRICS: readonly MetricView[] = (
  [
    'deep_sleep_duration',
    'rem_sleep_duration',
    'light_sleep_duration',
    'awake_duration',
    'sleep_latency',
    'sleep_restlessness',
    'restless_periods',
    'breathing_disturbances',
    'sleep_timing',
    'readiness_score',
    'lowest_heart_rate',
    'breathing_rate',
    'time_in_bed',
  ] as const
).map(viewOf);

/** The marks of a night, in words. */
export const marksOf = ({
  settled,
  revision,
  naps,
  remarks,
  incomplete,
  vanished_since,
}: Pick<
  NightRow,
  'settled' | 'revision' | 'naps' | 'remarks' | 'incomplete' | 'vanished_since'
>): string[] => [
  ...(settled ? [] : ['provisional']),
  ...(revision > 1 ? [`revised ${revision - 1}×`] : []),
  ...(incomplete.length > 0 ? [`without ${incomplete.join(', ')} so far`] : []),
  ...(vanished_since === null ? [] : ['no longer at Oura']),
  ...remarks.map(({ kind }) => REMARKS[kind]),
  ...(naps > 0 ? [naps === 1 ? 'with a nap' : `with ${naps} naps`] : []),
];

/** Nights with what was rare among all nights. */
export type ShownNights = NightsAnswer & RareNightsAnswer;

/** Why a night was rare, in words. */
export const rareSentenceOn = ({ rare_nights }: RareNightsAnswer, date: string): string | undefined =>
  rare_nights.find((rare) => rare.date === date)?.sentence;
