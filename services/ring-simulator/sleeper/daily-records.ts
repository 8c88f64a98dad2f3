import type { Day } from '../../../shared/core/day.ts';
import type { OuraRecord } from './collections.ts';
import { recordId } from './noise.ts';
import { dayNumberOf } from './periods.ts';
import { mainPeriodOf, sleepContributors, sleepScore } from './scores.ts';
import { type AnalysedDay, readinessOf, round } from './sleep-records.ts';

const dayId = ({ seed, day }: Pick<AnalysedDay, 'seed' | 'day'>, collection: string) =>
  recordId(seed, dayNumberOf(day), collection);

/** `daily_sleep` of a day with sleep. */
export const dailySleep = (analysed: AnalysedDay): OuraRecord => {
  const midnight = analysed.zone.instantOf(analysed.day, 0);
  const contributors = sleepContributors(analysed.periods, analysed.body, midnight);
  return {
    id: dayId(analysed, 'daily_sleep'),
    contributors,
    day: analysed.day,
    score: sleepScore(contributors),
    timestamp: zoneFreeMidnight(analysed.day),
  };
};

/** `daily_sleep` of a day without sleep, as a document of nulls. */
export const emptyDailySleep = (seed: number, day: Day): OuraRecord => ({
  id: dayId({ seed, day }, 'daily_sleep'),
  contributors: {
    deep_sleep: null,
    efficiency: null,
    latency: null,
    rem_sleep: null,
    restfulness: null,
    timing: null,
    total_sleep: null,
  },
  day,
  score: null,
  timestamp: zoneFreeMidnight(day),
});

/** The timestamp of a daily summary: midnight UTC of its day in every time zone, as in Oura's examples. */
const zoneFreeMidnight = (day: Day): string => `${day}T00:00:00.000+00:00`;

/** `daily_readiness` of a day with sleep. */
export const dailyReadiness = (analysed: AnalysedDay): OuraRecord => ({
  id: dayId(analysed, 'daily_readiness'),
  ...readinessOf(analysed),
  day: analysed.day,
  timestamp: zoneFreeMidnight(analysed.day),
});

/** `daily_spo2`. On about 3 % of days the sensor has too little data, and both values are null. */
export const dailySpo2 = (analysed: AnalysedDay): OuraRecord => {
  const { body, day, periods } = analysed;
  const measured = mainPeriodOf(periods) !== undefined && !body.dice.happens('spo2 missing', 0.03);
  return {
    id: dayId(analysed, 'daily_spo2'),
    breathing_disturbance_index: measured ? body.breathingDisturbance : null,
    day,
    spo2_percentage: measured ? { average: round(body.spo2, 3) } : null,
  };
};

/** `sleep_time`: the same recommended bedtime window every day. */
export const sleepTime = ({ seed, zone, day }: Omit<AnalysedDay, 'periods'>): OuraRecord => ({
  id: dayId({ seed, day }, 'sleep_time'),
  day,
  optimal_bedtime: {
    day_tz: zone.offsetAt(zone.instantOf(day, 0)) / 1000,
    end_offset: -2700,
    start_offset: -5400,
  },
  recommendation: 'follow_optimal_bedtime',
  status: 'optimal_found',
});
