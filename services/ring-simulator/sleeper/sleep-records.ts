import type { Day } from '../../../shared/core/day.ts';
import type { OuraRecord } from './collections.ts';
import { hash32, recordId } from './noise.ts';
import { counts, dayNumberOf, EPOCH, type SleepPeriod, totalSleep } from './periods.ts';
import {
  efficiencyOf,
  readinessContributors,
  readinessScore,
  sleepContributors,
  sleepScore,
} from './scores.ts';
import { everyFiveMinutes, hypnogram, movements, samples } from './series.ts';
import type { BodyState } from './sleeper.ts';
import type { ZonedTime } from './zoned-time.ts';

/** One day after Oura's latest analysis. */
export interface AnalysedDay {
  readonly seed: number;
  readonly zone: ZonedTime;
  readonly day: Day;
  readonly body: BodyState;
  readonly periods: readonly SleepPeriod[];
  /** Part of every period's id. A re-analysis that changes the ids changes this value. */
  readonly identity: number;
  readonly reason:
    | 'foreground_sleep_analysis'
    | 'background_sleep_analysis'
    | 'background_created_foreground_updated';
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The readiness after a night, which both `sleep` and `daily_readiness` contain. */
export const readinessOf = ({ zone, day, body, periods }: AnalysedDay) => {
  const night = sleepScore(sleepContributors(periods, body, zone.instantOf(day, 0)));
  const contributors = readinessContributors(body, night);
  return {
    contributors,
    score: readinessScore(contributors),
    temperature_deviation: round(body.temperatureDeviation, 2),
    temperature_trend_deviation: round(body.temperatureTrend, 2),
  };
};

/** In a shorter period (seconds) the ring has too little data for a heart rate variability. */
const SHORTEST_WITH_HRV = 30 * 60;

const sleepRecord = (analysed: AnalysedDay, period: SleepPeriod, index: number): OuraRecord => {
  const { seed, zone, day, body } = analysed;
  const dayNumber = dayNumberOf(day);
  const chance = hash32(seed, dayNumber, period.name);
  const isNight = period.type === 'long_sleep';
  const heartRate = round(body.heartRate + (isNight ? 0 : 5), 2);
  const hrv = period.timeInBed < SHORTEST_WITH_HRV ? null : Math.round(body.hrv * (isNight ? 1 : 0.85));
  const timestamp = zone.timestamp(period.start);
  let computed: string | undefined;
  const phases = (): string => {
    computed ??= hypnogram(period, chance);
    return computed;
  };
  // Series and the embedded readiness are getters, so requests that leave them out do not compute them.
  return {
    id: recordId(seed, dayNumber, `sleep/${period.name}/${analysed.identity}`),
    average_breath: round(body.breath + (chance % 9) / 8 - 0.5, 3),
    average_heart_rate: heartRate,
    average_hrv: hrv,
    awake_time: period.awake,
    bedtime_end: zone.bedtime(period.start + period.timeInBed * 1000),
    bedtime_start: zone.bedtime(period.start),
    day,
    deep_sleep_duration: period.deep,
    efficiency: efficiencyOf(period),
    get heart_rate() {
      return samples(period, timestamp, { mean: heartRate, sag: 5, noise: 3, start: chance + 1 });
    },
    get hrv() {
      return hrv === null
        ? null
        : samples(period, timestamp, { mean: hrv, sag: -8, noise: 14, start: chance + 2 });
    },
    latency: period.latency,
    light_sleep_duration: period.light,
    low_battery_alert: body.dice.happens('low battery', 0.02),
    // At most the lowest value of the 5-minute series: Oura finds it in 30-second samples.
    lowest_heart_rate: Math.round(heartRate - 5 - (chance % 4)),
    get movement_30_sec() {
      return movements(phases(), chance + 3);
    },
    period: index,
    get readiness() {
      return isNight ? readinessOf(analysed) : null;
    },
    readiness_score_delta: isNight || !counts(period) ? null : 0,
    rem_sleep_duration: period.rem,
    restless_periods: Math.round((body.restlessPerHour * period.timeInBed) / 3600),
    sleep_algorithm_version: 'v2',
    sleep_analysis_reason: analysed.reason,
    get sleep_phase_30_sec() {
      return phases();
    },
    get sleep_phase_5_min() {
      return everyFiveMinutes(phases());
    },
    sleep_score_delta: isNight || !counts(period) ? null : Math.round(totalSleep(period) / 60 / EPOCH),
    time_in_bed: period.timeInBed,
    total_sleep_duration: totalSleep(period),
    type: period.type,
    ring_id: null,
    get app_sleep_phase_5_min() {
      return everyFiveMinutes(phases());
    },
  };
};

/** `sleep`: one record per period, in order of their start. */
export const sleepRecords = (analysed: AnalysedDay): OuraRecord[] =>
  analysed.periods.map((period, index) => sleepRecord(analysed, period, index));
