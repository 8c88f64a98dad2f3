import type { Day } from './day.ts';

/** The collections that make up a night, joined on `day`. A fetch window requests each of them. */
export const NIGHT_COLLECTIONS = ['sleep', 'daily_sleep', 'daily_readiness', 'daily_spo2'] as const;
export type NightCollection = (typeof NIGHT_COLLECTIONS)[number];

/** Every collection that we request; `daily_activity` only to explain a date without a night. */
export type Collection = NightCollection | 'daily_activity';

/** The endpoints that a request can address. */
export type Endpoint = Collection | 'personal_info';

/** One record as Oura sent it: a JSON object that has not been validated. */
export type RawRecord = Readonly<Record<string, unknown>>;

/** The records of one day by collection; an empty list if Oura has none. */
export type DayRecords = Readonly<Record<NightCollection, readonly RawRecord[]>>;

/** The series of a sleep period that a night keeps, apart from its periods. */
export const CURVES = ['heart_rate', 'hrv', 'sleep_phase_5_min'] as const;

/**
 * The other series: tens of kilobytes per night that no metric uses. We do not request them, but the server may send them (if
 * it knows no name in `fields`, it returns the full record, docs/oura-api.md §2).
 */
export const UNREQUESTED = ['movement_30_sec', 'sleep_phase_30_sec', 'app_sleep_phase_5_min'] as const;

const without = (record: RawRecord, fields: readonly string[]): RawRecord =>
  fields.some((field) => field in record) ? withoutPresent(record, fields) : record;

const withoutPresent = (record: RawRecord, fields: readonly string[]): RawRecord =>
  Object.fromEntries(Object.entries(record).filter(([field]) => !fields.includes(field)));

/** Returns `record` without the series that we do not request. */
export const withoutUnrequested = (record: RawRecord): RawRecord => without(record, UNREQUESTED);

/** Returns `record` without any of its series. */
export const withoutSeries = (record: RawRecord): RawRecord => without(record, [...CURVES, ...UNREQUESTED]);

/**
 * `fields` of each request (OpenAPI 1.37). `sleep`: every documented field except the 30-second series, because `periods`
 * keeps the period as Oura sent it. The others: the fields we read, and `timestamp`, which identifies the latest document.
 */
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
    'period',
    'readiness',
    'readiness_score_delta',
    'rem_sleep_duration',
    'restless_periods',
    'sleep_algorithm_version',
    'sleep_analysis_reason',
    'sleep_phase_5_min',
    'sleep_score_delta',
    'time_in_bed',
    'total_sleep_duration',
    'type',
    'ring_id',
  ],
  daily_sleep: ['id', 'contributors', 'day', 'score', 'timestamp'],
  daily_readiness: ['id', 'day', 'score', 'temperature_deviation', 'timestamp'],
  daily_spo2: ['id', 'breathing_disturbance_index', 'day'],
  daily_activity: ['id', 'day', 'non_wear_time', 'timestamp'],
};

/** The OAuth scope that each endpoint needs (docs/oura-api.md §2; Oura's document names none). */
export const SCOPE: Readonly<Record<Endpoint, string>> = {
  sleep: 'daily',
  daily_sleep: 'daily',
  daily_readiness: 'daily',
  daily_spo2: 'spo2',
  daily_activity: 'daily',
  personal_info: 'personal',
};

/** Path of an endpoint, or of one of its documents, below the base URL. */
export const pathOf = (endpoint: Endpoint, documentId?: string): string =>
  `/v2/usercollection/${endpoint}${documentId === undefined ? '' : `/${encodeURIComponent(documentId)}`}`;

/** The first and last date of a request, as Oura's `start_date` and `end_date`. */
export interface DateRange {
  readonly start_date: Day;
  readonly end_date: Day;
}
