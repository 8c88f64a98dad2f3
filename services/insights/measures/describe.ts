import { showClock } from '../../../shared/core/metrics.ts';
import { signed } from '../../../shared/core/text.ts';
import { clockIn, STORED_UNITS, type Units, weightIn } from '../../../shared/core/units.ts';
import { EXERCISE_TREND_DAYS, type ExerciseTrend } from './exercise-trends.ts';
import type { LoadWeek } from './load-week.ts';
import type { Measures, MeasuresOfWeek } from './measures.ts';

/** A measure for people: its name, its current value, and what that means. */
export interface MeasureRow {
  readonly label: string;
  readonly value: string;
  readonly meaning: string;
}

/** More exercises would hide the other measures. */
const MOST_EXERCISES = 5;

const minutesText = (minutes: number): string => {
  const whole = Math.round(Math.abs(minutes));
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, '0')}`;
};

const sleepRows = (
  { midsleep, social_jetlag, midsleep_free_corrected, sleep_regularity }: MeasuresOfWeek,
  units: Units,
): MeasureRow[] => [
  ...(midsleep === null
    ? []
    : [
        {
          label: 'midsleep',
          value: clockIn(units, showClock(midsleep)),
          meaning: 'Halfway through your nights of this week.',
        },
      ]),
  ...(social_jetlag === null || midsleep_free_corrected === null
    ? []
    : [
        {
          label: 'social jetlag',
          value: minutesText(social_jetlag),
          meaning: `On Saturdays and Sundays you sleep ${minutesText(social_jetlag)} ${social_jetlag < 0 ? 'earlier' : 'later'} than on other days.`,
        },
        {
          label: 'chronotype (MSFsc)',
          value: clockIn(units, showClock(midsleep_free_corrected)),
          meaning: 'Midsleep on weekends, without the sleep that you catch up on.',
        },
      ]),
  ...(sleep_regularity === null
    ? []
    : [
        {
          label: 'sleep regularity',
          value: sleep_regularity.toFixed(0),
          meaning:
            'How much one day is like the next over four weeks. 100: you sleep at the same times every day.',
        },
      ]),
];

const hrvRows = ({ ln_rmssd, ln_rmssd_cv, ln_rmssd_usual }: MeasuresOfWeek): MeasureRow[] => {
  if (ln_rmssd === null || ln_rmssd_cv === null) return [];
  const ends = ln_rmssd_usual?.map((end) => end.toFixed(2)).join('–');
  const where = (): string => {
    if (ln_rmssd_usual === null)
      return 'HRV of the week on a logarithmic scale. A range needs 30 earlier nights.';
    if (ln_rmssd < ln_rmssd_usual[0])
      return `Below your range of ${ends}: more strain than usual, or less recovery.`;
    if (ln_rmssd > ln_rmssd_usual[1]) return `Above your range of ${ends}.`;
    return `Within your range of ${ends}.`;
  };
  return [
    { label: 'HRV (ln rMSSD)', value: ln_rmssd.toFixed(2), meaning: where() },
    {
      label: 'HRV variation',
      value: `${ln_rmssd_cv.toFixed(1)} %`,
      meaning: 'How much HRV varied from night to night this week.',
    },
  ];
};

const loadRows = (
  name: string,
  week: LoadWeek | null,
  inUnit: (load: number) => number,
  unit: string,
): MeasureRow[] => {
  if (week === null) return [];
  const { load, monotony, strain, ratio } = week;
  const amount = (value: number): string => `${Math.round(inUnit(value)).toLocaleString('en-US')}${unit}`;
  return [
    {
      label: name,
      value: amount(load),
      meaning:
        ratio === null
          ? 'The load of this week.'
          : `${ratio.toFixed(2)} times the weekly mean of the three weeks before.`,
    },
    ...(monotony === null || strain === null
      ? []
      : [
          {
            label: `${name}: monotony`,
            value: monotony.toFixed(2),
            meaning: `Low if hard and easy days alternate. Load times monotony (strain) is ${amount(strain)}.`,
          },
        ]),
  ];
};

const exerciseRow = (
  { exercise, n, latest, slope_per_day, slope_ci }: ExerciseTrend,
  units: Units,
): MeasureRow => {
  const monthly = (slope: number): string => signed(weightIn(units, slope * 30), 1);
  return {
    label: `1RM of ${exercise}`,
    value: `${weightIn(units, latest.estimated_1rm).toFixed(1)} ${units.weight}`,
    meaning:
      slope_per_day === null || slope_ci === null
        ? `Estimated on ${latest.date}. Too few days for a trend.`
        : `${monthly(slope_per_day)} ${units.weight} in 30 days (95 % interval ${monthly(slope_ci[0])} to ${monthly(slope_ci[1])}; ${n} training days in the last ${EXERCISE_TREND_DAYS}).`,
  };
};

/** The current measures that are known, for people. */
export const measureRows = ({ weeks, exercises }: Measures, units: Units = STORED_UNITS): MeasureRow[] => {
  const current = weeks.at(-1);
  if (current === undefined) return [];
  return [
    ...sleepRows(current, units),
    ...hrvRows(current),
    ...loadRows('session-RPE load', current.session_rpe, (load) => load, ''),
    ...loadRows('volume load', current.volume, (load) => weightIn(units, load), ` ${units.weight}`),
    ...exercises.slice(0, MOST_EXERCISES).map((trend) => exerciseRow(trend, units)),
  ];
};
