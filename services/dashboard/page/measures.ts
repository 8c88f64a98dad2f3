import {
  isBedtime,
  METRIC_NAMES,
  METRICS,
  showClock,
  showHours,
  showMetric,
  TRAINING_METRICS,
} from '../../../shared/core/metrics.ts';
import { capitalized, signed } from '../../../shared/core/text.ts';
import type { Metric, SleepMeasure, TrainingMetric } from '../server/api.ts';

/** How to name, format and draw a measure of sleep or training. The methods take stored values. */
export interface MeasureView {
  readonly label: string;
  /** The unit of the axis. */
  readonly unit: string;
  axis(value: number): number;
  /** The label at a position of the axis. Default: the number. */
  tick?(value: number): string;
  /** With its unit. */
  show(value: number): string;
  /** Formats a difference with sign and without unit. */
  difference(amount: number): string;
  /** The unit of a difference. */
  readonly differenceUnit: string;
}

const viewOf = (metric: Metric): MeasureView => {
  const { label, axis, difference } = METRICS[metric];
  return {
    ...{ label: capitalized(label), unit: axis.unit },
    axis: (value) => value / axis.per,
    ...(isBedtime(metric) && { tick: (hours: number) => showClock(hours * 60) }),
    show: (value) => showMetric(metric, value),
    difference: (amount) => signed(amount / difference.per, difference.digits),
    differenceUnit: difference.unit,
  };
};

export const SLEEP_VIEWS: Readonly<Record<SleepMeasure, MeasureView>> = {
  ...(Object.fromEntries(METRIC_NAMES.map((metric) => [metric, viewOf(metric)])) as Record<
    Metric,
    MeasureView
  >),
  sleep_debt_7d: {
    ...{ label: 'Sleep debt, 7 nights', unit: 'h', differenceUnit: 'min', axis: (value) => value / 3600 },
    show: (value) => (value < 0 ? `${showHours(-value)} ahead` : showHours(value)),
    difference: (amount) => signed(amount / 60, 1),
  },
};

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

export const TRAINING_VIEWS: Readonly<
  Record<TrainingMetric, Pick<MeasureView, 'label' | 'unit' | 'axis' | 'show'>>
> = {
  volume_load: {
    ...{ label: capitalized(TRAINING_METRICS.volume_load.label), unit: 'kg' },
    axis: (value) => value,
    show: (value) => `${grouped.format(value)} kg`,
  },
  sets: { label: capitalized(TRAINING_METRICS.sets.label), unit: '', axis: (value) => value, show: String },
  estimated_1rm_change: {
    ...{
      label: capitalized(TRAINING_METRICS.estimated_1rm_change.label),
      unit: '%',
      axis: (value) => value * 100,
    },
    show: (value) => `${signed(value * 100, 1)} %`,
  },
};

/** Names the night of a pair. Lag 0 is the night that ended on the morning of the training day. */
export const nightOf = ({
  sleep_metric,
  lag_days,
}: {
  sleep_metric: SleepMeasure;
  lag_days: number;
}): string => {
  if (sleep_metric === 'sleep_debt_7d') return 'the week before';
  return lag_days === 0 ? 'the night before' : `${lag_days + 1} nights before`;
};
