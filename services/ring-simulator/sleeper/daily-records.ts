import type { Day } from '../../../shared/core/day.ts';
import type { Collection, OuraRecord } from './collections.ts';
import { recordId } from './noise.ts';
import { dayNumberOf } from './periods.ts';
import { mainPeriodOf, SLEEP_CONTRIBUTORS, sleepContributors, sleepScore } from './scores.ts';
import { type AnalysedDay, readinessOf, round } from './sleep-records.ts';

/** A daily summary. Its timestamp is midnight UTC of its day in every time zone, as in Oura's examples. */
const summary = (seed: number, day: Day, collection: Collection, fields: object): OuraRecord => ({
  id: recordId(seed, dayNumberOf(day), collection),
  ...fields,
  day,
  timestamp: `${day}T00:00:00.000+00:00`,
});

/** `daily_sleep` of a day with sleep. */
export const dailySleep = ({ seed, zone, day, body, periods }: AnalysedDay): OuraRecord => {
  const contributors = sleepContributors(periods, body, zone.instantOf(day, 0));
  return summary(seed, day, 'daily_sleep', { contributors, score: sleepScore(contributors) });
};

/** `daily_sleep` of a day without sleep, as a document of nulls. */
export const emptyDailySleep = (seed: number, day: Day): OuraRecord => {
  const contributors = Object.fromEntries(SLEEP_CONTRIBUTORS.map((name) => [name, null]));
  return summary(seed, day, 'daily_sleep', { contributors, score: null });
};

/** `daily_readiness` of a day with sleep. */
export const dailyReadiness = (analysed: AnalysedDay): OuraRecord =>
  summary(analysed.seed, analysed.day, 'daily_readiness', readinessOf(analysed));

/** `daily_spo2`. On about 3 % of days the sensor has too little data, and both values are null. */
export const dailySpo2 = ({ seed, day, body, periods }: AnalysedDay): OuraRecord => {
  const measured = mainPeriodOf(periods) !== undefined && !body.dice.happens('spo2 missing', 0.03);
  return {
    id: recordId(seed, dayNumberOf(day), 'daily_spo2'),
    breathing_disturbance_index: measured ? body.breathingDisturbance : null,
    day,
    spo2_percentage: measured ? { average: round(body.spo2, 3) } : null,
  };
};

/** `sleep_time`: the same recommended bedtime window every day. */
export const sleepTime = ({ seed, zone, day }: Omit<AnalysedDay, 'periods'>): OuraRecord => ({
  id: recordId(seed, dayNumberOf(day), 'sleep_time'),
  day,
  optimal_bedtime: {
    day_tz: zone.offsetAt(zone.instantOf(day, 0)) / 1000,
    end_offset: -2700,
    start_offset: -5400,
  },
  recommendation: 'follow_optimal_bedtime',
  status: 'optimal_found',
});
