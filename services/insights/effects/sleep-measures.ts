import type { Day } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import type { SleepMeasure } from '../../../shared/core/sleep-measures.ts';
import { type DatedNight, numberOf } from '../features/metric-values.ts';
import { DEBT_DAYS, sleepDebt } from '../features/sleep-debt.ts';
import { dayNumberOf } from '../statistics/day-number.ts';

/** The measures of a single night. The sleep debt covers a week, and naps are after the night. */
export type NightMeasure = Exclude<SleepMeasure, 'sleep_debt_7d' | 'nap_duration'>;
export const NIGHT_MEASURES: readonly NightMeasure[] = [...METRIC_NAMES, 'deep_and_rem_duration'];

const measureOf = (night: DatedNight, measure: NightMeasure): number | null => {
  if (measure !== 'deep_and_rem_duration') return numberOf(night, measure);
  const { deep_sleep_duration: deep, rem_sleep_duration: rem } = night;
  return deep === null || rem === null ? null : deep + rem;
};

/** The measures of nights by date; null if unknown. */
export interface MeasuredNights {
  on(date: Day | undefined, measure: NightMeasure): number | null;
  debtOn(date: Day | undefined): number | null;
}

export const measureNights = (nights: readonly DatedNight[]): MeasuredNights => {
  const onDate = new Map(nights.map((night) => [night.date, night]));
  const asleep = new Map(
    nights.map(({ date, total_sleep_duration }) => [dayNumberOf(date), total_sleep_duration]),
  );
  return {
    on: (date, measure) => {
      const night = date && onDate.get(date);
      return night ? measureOf(night, measure) : null;
    },
    debtOn: (date) => {
      if (date === undefined) return null;
      const first = dayNumberOf(date) + 1 - DEBT_DAYS;
      return sleepDebt(Array.from({ length: DEBT_DAYS }, (_, at) => asleep.get(first + at) ?? null));
    },
  };
};
