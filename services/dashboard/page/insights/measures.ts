import {
  isBedtime,
  showMetric,
  TRAINING_METRICS,
  type TrainingMetric,
} from '../../../../shared/core/metrics.ts';
import {
  SLEEP_MEASURE_NAMES,
  SLEEP_MEASURES,
  type SleepMeasure,
} from '../../../../shared/core/sleep-measures.ts';
import { capitalized, signed } from '../../../../shared/core/text.ts';
import { hourText, shown, showWeight, weightOf, weightUnit } from '../units.ts';

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

const viewOf = (measure: SleepMeasure): MeasureView => {
  // Read each time, because the user can change the units.
  const definition = () => shown(SLEEP_MEASURES[measure]);
  return {
    label: capitalized(SLEEP_MEASURES[measure].label),
    get unit() {
      return definition().axis.unit;
    },
    axis: (value) => value / definition().axis.per,
    ...(isBedtime(measure) && { tick: hourText }),
    show: (value) => showMetric(definition(), value),
    difference: (amount) => signed(amount / definition().difference.per, definition().difference.digits),
    get differenceUnit() {
      return definition().difference.unit;
    },
  };
};

export const SLEEP_VIEWS = Object.fromEntries(
  SLEEP_MEASURE_NAMES.map((measure) => [measure, viewOf(measure)]),
) as Readonly<Record<SleepMeasure, MeasureView>>;

export const TRAINING_VIEWS: Readonly<
  Record<TrainingMetric, Pick<MeasureView, 'label' | 'unit' | 'axis' | 'show' | 'tick'>>
> = {
  volume_load: {
    label: capitalized(TRAINING_METRICS.volume_load.label),
    get unit() {
      return weightUnit();
    },
    axis: weightOf,
    show: showWeight,
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
