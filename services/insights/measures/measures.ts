import { addDays, type Day } from '../../../shared/core/day.ts';
import type { DatedNight } from '../features/metric-values.ts';
import type { TrainingDay } from '../training/training-day.ts';
import { type ExerciseTrend, exerciseTrends } from './exercise-trends.ts';
import { type HrvWeek, hrvWeek } from './hrv-week.ts';
import { type LoadWeek, loadWeek, sessionRpeLoad } from './load-week.ts';
import { sleepRegularity } from './sleep-regularity.ts';
import { type SleepTiming, sleepTiming } from './sleep-timing.ts';

/** The measures of the seven days up to `date`, some of them over a longer time. */
export interface MeasuresOfWeek extends SleepTiming, HrvWeek {
  readonly date: Day;
  /** Sleep Regularity Index of four weeks, −100 to 100. */
  readonly sleep_regularity: number | null;
  /** Session-RPE load in arbitrary units. */
  readonly session_rpe: LoadWeek | null;
  /** Volume load in kilograms. */
  readonly volume: LoadWeek | null;
}

/** What coaches and sleep researchers look at. Each value comes from its own day and earlier ones only. */
export interface Measures {
  /** Week after week, the last one up to the last day: the current values. Empty without nights and training. */
  readonly weeks: readonly MeasuresOfWeek[];
  readonly exercises: readonly ExerciseTrend[];
}

const WEEK_DAYS = 7;

/** The last days of the weeks up to `to`, oldest first. The first week contains `from`. */
const weeksOf = (from: Day, to: Day): Day[] => {
  const days: Day[] = [];
  for (let day = to; day >= from; day = addDays(day, -WEEK_DAYS)) days.unshift(day);
  return days;
};

/**
 * Computes the measures of each week of a range.
 * @param nights, training in order of date, up to `to`, and those before `from`
 */
export const measures = (
  nights: readonly DatedNight[],
  training: readonly TrainingDay[],
  { from, to }: { from: Day; to: Day },
): Measures => {
  const timing = sleepTiming(nights);
  const regularity = sleepRegularity(nights);
  const hrv = hrvWeek(nights);
  const session_rpe = loadWeek(training, sessionRpeLoad);
  const volume = loadWeek(training, ({ volume_load }) => volume_load);
  return {
    weeks: weeksOf(from, to).map((date) => ({
      date,
      ...timing(date),
      sleep_regularity: regularity(date),
      ...hrv(date),
      session_rpe: session_rpe(date),
      volume: volume(date),
    })),
    exercises: exerciseTrends(training, to),
  };
};
