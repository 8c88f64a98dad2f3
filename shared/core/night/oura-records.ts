import { type InferType, number, object, type Schema, string, ValidationError } from 'yup';
import { CAUSES } from '../causes.ts';
import type { Collection, NightCollection, RawRecord } from '../collections.ts';
import { type Day, daySchema } from '../day.ts';
import { AppError, type Consequences } from '../errors.ts';
import { instantSchema } from '../sleep-record.ts';

// Only the fields that we rely on. Any other field may have any value, and a field listed here may be null or absent
// unless it is required. Bounds reject values that are impossible or that a table cannot store (JSON's 1e999).

/** Periods that Oura counts, by its documentation. A `late_nap` counts for the next day, which its `day` names. */
export const COUNTED_TYPES = ['long_sleep', 'sleep', 'late_nap'] as const;

/** Whether the period counts for its night. */
export const isCounted = ({ type }: { readonly type?: unknown }): boolean =>
  COUNTED_TYPES.some((counted) => counted === type);

/** Every type of period. `rest`: a false detection that the user rejected; `deleted`: removed by the user. */
export const PERIOD_TYPES = [...COUNTED_TYPES, 'rest', 'deleted'] as const;

const id = () => string().strict().required();
const whole = () => number().strict().integer().min(0).max(Number.MAX_SAFE_INTEGER).nullable();
/** A score or a percentage. */
const rating = () => number().strict().min(0).max(100).nullable();
const quantity = () => number().strict().min(0).max(100_000).nullable();
const temperatureDeviation = () => number().strict().min(-100).max(100).nullable();

const periodType = () =>
  string()
    .strict()
    .nullable()
    .test('period type', (type) => type == null || PERIOD_TYPES.some((known) => known === type));

/** One sleep period. `bedtime_end` may be missing while the night lasts, and `type` until Oura has classified it. */
export const periodSchema = object({
  id: id(),
  day: daySchema().required(),
  type: periodType(),
  bedtime_start: instantSchema().required(),
  bedtime_end: instantSchema().nullable(),
  time_in_bed: whole(),
  total_sleep_duration: whole(),
  light_sleep_duration: whole(),
  deep_sleep_duration: whole(),
  rem_sleep_duration: whole(),
  awake_time: whole(),
  latency: whole(),
  efficiency: rating(),
  restless_periods: whole(),
  average_heart_rate: quantity(),
  average_hrv: quantity(),
  readiness: object({ temperature_deviation: temperatureDeviation() }).nullable().default(undefined),
})
  .strict()
  .required();
export type SleepPeriod = InferType<typeof periodSchema>;

const document = { id: id(), day: daySchema().required(), timestamp: instantSchema().nullable() };

export const dailySleepSchema = object({
  ...document,
  score: rating(),
  contributors: object({ restfulness: rating(), timing: rating() }).nullable().default(undefined),
})
  .strict()
  .required();

export const dailyReadinessSchema = object({ ...document, temperature_deviation: temperatureDeviation() })
  .strict()
  .required();

export const dailySpo2Schema = object({ ...document, breathing_disturbance_index: rating() })
  .strict()
  .required();

/**
 * A record does not match the schema. Only its date fails. The error has no `cause`, because yup's error contains the
 * invalid value.
 */
export class InvalidRecord extends AppError {
  override readonly name = 'InvalidRecord';
  override readonly consequences: Consequences = CAUSES.InvalidRecord;
  readonly collection: Collection;
  /** Null if the record does not have it. */
  readonly date: Day | null;
  /** yup path, e.g. `contributors.timing`; empty for the record itself. */
  readonly path: string;
  /** e.g. `must be an integer`. */
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

const article = (type: unknown) => (/^[aio]/.test(String(type)) ? `an ${type}` : `a ${type}`);

/** The reason, by the kind of test that failed, because yup's own messages repeat the value. */
const reasonOf = (error: ValidationError): string => {
  const params = error.params ?? {};
  switch (error.type) {
    case 'optionality':
    case 'required':
      return 'is missing';
    case 'nullable':
      return 'must not be null';
    case 'typeError':
      return `must be ${article(params['type'])}`;
    case 'integer':
      return 'must be an integer';
    case 'min':
      return `must be at least ${params['min']}`;
    case 'max':
      return `must be at most ${params['max']}`;
    case 'period type':
      return `must be one of ${PERIOD_TYPES.join(', ')}`;
    case 'day':
      return 'must be a date YYYY-MM-DD';
    case 'instant':
      return 'must be an ISO 8601 time with offset';
    default:
      return 'is not as documented';
  }
};

/**
 * Validates `record` against `schema` and keeps unknown fields. Throws {@link InvalidRecord}, which names the path and
 * the reason but never the value.
 */
export const parseRecord = <T>(
  schema: Schema<T>,
  collection: NightCollection | 'daily_activity',
  date: Day,
  record: RawRecord,
): T => {
  try {
    return schema.validateSync(record);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new InvalidRecord({ collection, date, path: error.path ?? '', reason: reasonOf(error) });
  }
};
