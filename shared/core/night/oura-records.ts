import { CAUSES } from '../causes.ts';
import type { Collection, RawRecord } from '../collections.ts';
import type { Day } from '../day.ts';
import { AppError, type Consequences } from '../errors.ts';
import { field, parseFields } from './parse-fields.ts';
import type { Remark } from './remarks.ts';

// Only the fields that we rely on. Any other field may have any value, and each of these may be null or absent.

/** Periods that Oura counts, by its documentation. A `late_nap` counts for the next day, which its `day` names. */
export const COUNTED_TYPES = ['long_sleep', 'sleep', 'late_nap'] as const;

/** Every type of period. `rest`: a false detection that the user rejected; `deleted`: removed by the user. */
export const PERIOD_TYPES = [...COUNTED_TYPES, 'rest', 'deleted'] as const;

/** A record does not match the schema. Only its date fails. The error never contains the invalid value. */
export class InvalidRecord extends AppError {
  override readonly name = 'InvalidRecord';
  override readonly consequences: Consequences = CAUSES.InvalidRecord;
  readonly collection: Collection;
  /** Null if the record does not have it. */
  readonly date: Day | null;
  /** Path of the field, e.g. `bedtime_start`; empty for the record itself. */
  readonly path: string;
  /** e.g. `must be at least 0`. */
  readonly reason: string;

  constructor(data: { collection: Collection; date: Day | null; path: string; reason: string }) {
    const date = data.date === null ? '' : ` of ${data.date}`;
    super(`Invalid ${data.collection} record${date}: ${data.path || 'the record'} ${data.reason}`);
    this.collection = data.collection;
    this.date = data.date;
    this.path = data.path;
    this.reason = data.reason;
  }
}

/** The durations that a main period must have in a usable form, or as null. */
export const DURATIONS = [
  'total_sleep_duration',
  'light_sleep_duration',
  'deep_sleep_duration',
  'rem_sleep_duration',
  'awake_time',
] as const;

const { text, instant, amount, rating, rate, temperatureDeviation } = field;

/** One record of `sleep`. `bedtime_end` may be missing while the night lasts, and `type` until Oura has classified it. */
export const PERIOD_FIELDS = {
  id: text(),
  bedtime_start: instant(),
  bedtime_end: instant(),
  time_in_bed: amount(),
  total_sleep_duration: amount(),
  light_sleep_duration: amount(),
  deep_sleep_duration: amount(),
  rem_sleep_duration: amount(),
  awake_time: amount(),
  latency: amount(),
  efficiency: rating(),
  restless_periods: amount(),
  average_heart_rate: rate(),
  lowest_heart_rate: rate(),
  average_hrv: rate(),
  average_breath: rate(),
  readiness: field.object(),
};

const timestamp = instant();

const DOCUMENT_FIELDS = {
  daily_sleep: { timestamp, score: rating(), contributors: field.object() },
  daily_readiness: { timestamp, score: rating(), temperature_deviation: temperatureDeviation() },
  daily_spo2: { timestamp, breathing_disturbance_index: rating() },
  daily_activity: { timestamp, non_wear_time: amount() },
};
const NESTED_FIELDS = {
  'daily_sleep.contributors': { restfulness: rating(), timing: rating() },
  'sleep.readiness': { temperature_deviation: temperatureDeviation() },
};

/** The parsed fields of the records and of the objects in them, by their path. `day`, `type` and the series have parsers of their own. */
export const PARSED_FIELDS = { sleep: PERIOD_FIELDS, ...DOCUMENT_FIELDS, ...NESTED_FIELDS };

/** Parses a daily document, or an empty one if Oura has none. */
export const parseDocument = <C extends keyof typeof DOCUMENT_FIELDS>(
  collection: C,
  record: RawRecord = {},
) => parseFields(DOCUMENT_FIELDS[collection], record, collection);

/** Parses an object inside a record, or an empty one if it is null. */
export const parseNested = <P extends keyof typeof NESTED_FIELDS>(path: P, value: object | null) =>
  parseFields(NESTED_FIELDS[path], (value ?? {}) as RawRecord, path);

/** Adds the id of the period to its remarks. */
export const remarksOn = (period_id: string | null, remarks: readonly Remark[]): Remark[] =>
  remarks.map((remark) => (period_id === null ? remark : { ...remark, period_id }));
