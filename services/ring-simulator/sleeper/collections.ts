import type { Day } from '../../../shared/core/day.ts';

/**
 * The simulated collections of API v2, by the last part of their path, and the OAuth scope that each needs. The OpenAPI
 * document names no scopes; these come from other people's measurements.
 */
export const SCOPE = {
  sleep: 'daily',
  daily_sleep: 'daily',
  daily_readiness: 'daily',
  daily_spo2: 'spo2',
  daily_activity: 'daily',
  sleep_time: 'daily',
} as const;
export type Collection = keyof typeof SCOPE;
export const COLLECTIONS = Object.keys(SCOPE) as Collection[];

export const isCollection = (name: unknown): name is Collection =>
  COLLECTIONS.some((collection) => collection === name);

/** A record as Oura sends it. Every record has these two fields; the others depend on the collection. */
export interface OuraRecord {
  readonly id: string;
  readonly day: Day;
  readonly [field: string]: unknown;
}

/** All of Oura's records of one day. */
export type DayRecords = Record<Collection, readonly OuraRecord[]>;

/** A day that Oura has no records of: before the ring, or not synced yet. */
export const NO_RECORDS: DayRecords = {
  sleep: [],
  daily_sleep: [],
  daily_readiness: [],
  daily_spo2: [],
  daily_activity: [],
  sleep_time: [],
};

/** The fields of each collection in the OpenAPI document. The `fields` parameter knows no other names. */
export const FIELDS: Readonly<Record<Collection, readonly string[]>> = {
  sleep: [
    'id',
    'average_breath',
    'average_heart_rate',
    'average_hrv',
    'awake_time',
    'bedtime_end',
    'bedtime_start',
    'day',
    'deep_sleep_duration',
    'efficiency',
    'heart_rate',
    'hrv',
    'latency',
    'light_sleep_duration',
    'low_battery_alert',
    'lowest_heart_rate',
    'movement_30_sec',
    'period',
    'readiness',
    'readiness_score_delta',
    'rem_sleep_duration',
    'restless_periods',
    'sleep_algorithm_version',
    'sleep_analysis_reason',
    'sleep_phase_30_sec',
    'sleep_phase_5_min',
    'sleep_score_delta',
    'time_in_bed',
    'total_sleep_duration',
    'type',
    'ring_id',
    'app_sleep_phase_5_min',
  ],
  daily_sleep: ['id', 'contributors', 'day', 'score', 'timestamp'],
  daily_readiness: [
    'id',
    'contributors',
    'day',
    'score',
    'temperature_deviation',
    'temperature_trend_deviation',
    'timestamp',
  ],
  daily_spo2: ['id', 'breathing_disturbance_index', 'day', 'spo2_percentage'],
  daily_activity: [
    'id',
    'active_calories',
    'average_met_minutes',
    'class_5_min',
    'contributors',
    'day',
    'equivalent_walking_distance',
    'high_activity_met_minutes',
    'high_activity_time',
    'inactivity_alerts',
    'low_activity_met_minutes',
    'low_activity_time',
    'medium_activity_met_minutes',
    'medium_activity_time',
    'met',
    'meters_to_target',
    'non_wear_time',
    'resting_time',
    'score',
    'sedentary_met_minutes',
    'sedentary_time',
    'steps',
    'target_calories',
    'target_meters',
    'timestamp',
    'total_calories',
  ],
  sleep_time: ['id', 'day', 'optimal_bedtime', 'recommendation', 'status'],
};
