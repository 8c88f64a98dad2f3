import { signed } from '../../../shared/core/text.ts';
import type { Metric, SleepMeasure, TrainingMetric } from '../server/api.ts';
import { showHours } from './format.ts';
import { MAIN_METRICS, type MetricView, MORE_METRICS } from './metrics.ts';

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

/** Shows differences of durations in minutes, and those of the temperature deviation in hundredths. */
const ofMetric = ({ metric, label, unit, axis, show }: MetricView): MeasureView => {
  const inMinutes = unit === 'h' || unit === 'min';
  const digits = metric === 'temperature_delta' ? 2 : 1;
  return {
    ...{ label, unit, axis, show },
    difference: (amount) => signed(inMinutes ? amount / 60 : amount, digits),
    differenceUnit: inMinutes ? 'min' : unit,
  };
};

/** Minutes from midnight on the wall clock: -90 is 22:30. */
const clock = (minutes: number): string => {
  const ofDay = ((Math.round(minutes) % 1440) + 1440) % 1440;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
};

const bedtime = (label: string): MeasureView => ({
  ...{ label, unit: '', differenceUnit: 'min', axis: (value) => value / 60, show: clock },
  tick: (hours) => clock(hours * 60),
  difference: (amount) => signed(amount, 1),
});

export const SLEEP_VIEWS: Readonly<Record<SleepMeasure, MeasureView>> = {
  ...(Object.fromEntries(
    [...MAIN_METRICS, ...MORE_METRICS].map((view) => [view.metric, ofMetric(view)]),
  ) as Record<Exclude<Metric, 'bedtime_start' | 'bedtime_end'>, MeasureView>),
  bedtime_start: bedtime('Bedtime'),
  bedtime_end: bedtime('Wake-up time'),
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
    label: 'Volume load',
    unit: 'kg',
    axis: (value) => value,
    show: (value) => `${grouped.format(value)} kg`,
  },
  sets: { label: 'Sets', unit: '', axis: (value) => value, show: String },
  estimated_1rm_change: {
    ...{ label: 'Estimated 1RM vs. trend', unit: '%', axis: (value) => value * 100 },
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
