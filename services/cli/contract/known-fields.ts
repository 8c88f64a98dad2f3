import { type Collection, CURVES, FIELDS, UNREQUESTED } from '../../../shared/core/collections.ts';
import { PARSED_FIELDS, PERIOD_TYPES } from '../../../shared/core/night/oura-records.ts';

// What is known of Oura's records. Paths are relative to the record, e.g. `readiness.temperature_deviation`. A test compares
// every list with Oura's document.

/** The documented fields that no code reads. */
const NOT_READ: Readonly<Record<Collection, readonly string[]>> = {
  sleep: [
    ...UNREQUESTED,
    'readiness.contributors',
    'readiness.score',
    'readiness.temperature_trend_deviation',
  ],
  daily_sleep: ['deep_sleep', 'efficiency', 'latency', 'rem_sleep', 'total_sleep'].map(
    (name) => `contributors.${name}`,
  ),
  daily_readiness: ['contributors', 'temperature_trend_deviation'],
  daily_spo2: ['spo2_percentage'],
  daily_activity: [
    'active_calories',
    'average_met_minutes',
    'class_5_min',
    'contributors',
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
    'resting_time',
    'score',
    'sedentary_met_minutes',
    'sedentary_time',
    'steps',
    'target_calories',
    'target_meters',
    'total_calories',
  ],
};

/** The fields of a series, which period-series.ts reads together. */
const SERIES = { heart_rate: ['interval', 'items', 'timestamp'], hrv: ['interval', 'items', 'timestamp'] };

const nestedPaths = (collection: Collection): string[] => {
  const parsed = Object.entries(PARSED_FIELDS).flatMap(([path, fields]) =>
    path.startsWith(`${collection}.`)
      ? Object.keys(fields).map((name) => `${path.slice(collection.length + 1)}.${name}`)
      : [],
  );
  const series = Object.entries(SERIES).flatMap(([name, fields]) =>
    fields.map((field) => `${name}.${field}`),
  );
  return collection === 'sleep' ? [...parsed, ...series] : parsed;
};

/** The fields of a record, and of the objects in it, that the code reads. */
export const readPaths = (collection: Collection): readonly string[] => {
  const parsed: readonly string[] = Object.keys(PARSED_FIELDS[collection]);
  const special = ['id', 'day', ...(collection === 'sleep' ? ['type', ...CURVES] : [])];
  const own = FIELDS[collection].filter((name) => parsed.includes(name) || special.includes(name));
  return [...own, ...nestedPaths(collection)];
};

/** Every field of a record, and of the objects in it that the code reads. Fields of other objects are not listed. */
export const knownPaths = (collection: Collection): ReadonlySet<string> =>
  new Set([...FIELDS[collection], ...nestedPaths(collection), ...NOT_READ[collection]]);

/** The fields that the code reads and that Oura documents as present and not null in every record. */
export const NEVER_NULL: Readonly<Record<Collection, readonly string[]>> = {
  sleep: ['id', 'day', 'bedtime_start', 'bedtime_end', 'time_in_bed'],
  daily_sleep: ['id', 'day', 'timestamp', 'contributors'],
  daily_readiness: ['id', 'day', 'timestamp'],
  daily_spo2: ['id', 'day'],
  daily_activity: ['id', 'day', 'timestamp', 'non_wear_time'],
};

/** The documented values of the fields that have a few. The code reads only `type`; nights keep the others as Oura sent them. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  type: PERIOD_TYPES,
  sleep_algorithm_version: ['v1', 'v2'],
  sleep_analysis_reason: [
    'foreground_sleep_analysis',
    'bedtime_edit',
    'background_sleep_analysis',
    'background_created_foreground_updated',
  ],
};
