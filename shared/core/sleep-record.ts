// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { array, boolean, type InferType, mixed, number, object, string } from 'yup';
import { daySchema } from './day.ts';

const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** An instant in ISO 8601 with an offset, as Oura writes bedtimes: `2026-03-09T23:10:00+02:00`. */
export const instantSchema = () =>
  string()
    .strict()
    .test(
      'instant',
      '${path} must be an ISO 8601 time with offset',
      (value) => value == null || (ISO_WITH_OFFSET.test(value) && !Number.isNaN(Date.parse(value))),
    );

const seconds = () => number().strict().integer().min(0).nullable().defined();
const score = () => number().strict().min(0).max(100).nullable().defined();
const measure = () => number().strict().min(0).nullable().defined();

/** The metrics of one night, computed from Oura's records of one day. */
export const nightMetricsSchema = object({
  total_sleep_duration: seconds(),
  light_sleep_duration: seconds(),
  deep_sleep_duration: seconds(),
  rem_sleep_duration: seconds(),
  awake_duration: seconds(),
  sleep_score: score(),
  sleep_efficiency: score(),
  sleep_latency: seconds(),
  sleep_restlessness: score(),
  restless_periods: number().strict().integer().min(0).nullable().defined(),
  heart_rate: measure(),
  hrv: measure(),
  temperature_delta: number().strict().nullable().defined(),
  breathing_disturbances: score(),
  bedtime_start: instantSchema().nullable().defined(),
  bedtime_end: instantSchema().nullable().defined(),
  sleep_timing: score(),
});
export type NightMetrics = InferType<typeof nightMetricsSchema>;

/** One sleep period as Oura sent it, without its 5-minute and 30-second series. */
export type Period = Record<string, unknown>;

/** A night before it is stored: metrics and periods of one day. */
export interface Night extends NightMetrics {
  readonly date: string;
  readonly periods: readonly Period[];
}

/** The earlier values of the fields that a revision changed, and when they were replaced. */
const revisionSchema = object({
  revision: number().strict().integer().min(1).required(),
  /** When this revision was stored, and when the next one replaced it (ISO 8601, UTC). */
  stored_at: instantSchema().required(),
  replaced_at: instantSchema().required(),
  /** The earlier values of the fields that changed. */
  changed: mixed<Record<string, unknown>>().required(),
});
export type Revision = InferType<typeof revisionSchema>;

/** An item of OuraSleepTable. Key: `date`. */
export const sleepRecordSchema = nightMetricsSchema
  .shape({
    date: daySchema().required(),
    periods: array(mixed<Period>().required()).required(),
    /** False while Oura may still revise the night and a re-read of it is scheduled. */
    settled: boolean().strict().required(),
    /** 1 when first stored, plus 1 for each change. */
    revision: number().strict().integer().min(1).required(),
    /** SHA-256 (hex) of metrics and periods. */
    content_hash: string().strict().length(64).required(),
    first_synced_at: instantSchema().required(),
    /** When the response with this content was requested (ISO 8601, UTC). */
    updated_at: instantSchema().required(),
    history: array(revisionSchema.required()).required(),
  })
  .required();
export type SleepRecord = InferType<typeof sleepRecordSchema>;
