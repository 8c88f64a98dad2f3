// IMPORTANT: used both by the bundled Lambda functions and by the constructs in cdk/. No I/O, no AWS SDK, no aws-cdk-lib.
import { array, boolean, type InferType, mixed, number, object, string } from 'yup';
import { NIGHT_COLLECTIONS, type NightCollection } from './collections.ts';
import { daySchema } from './day-schema.ts';
import { REMARK_KINDS, type Remark } from './night/remarks.ts';

const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Whether `text` is an instant in ISO 8601 with an offset, as Oura writes bedtimes: `2026-03-09T23:10:00+02:00`. */
export const isInstant = (text: unknown): text is string =>
  typeof text === 'string' && ISO_WITH_OFFSET.test(text) && !Number.isNaN(Date.parse(text));

/** The yup schema of an instant. */
export const instantSchema = () =>
  string()
    .strict()
    .test(
      'instant',
      '${path} must be an ISO 8601 time with offset',
      (value) => value == null || isInstant(value),
    );

/** Seconds, a count, a rate. Oura sends whole seconds; a fraction is kept. */
const measure = () => number().strict().min(0).nullable().defined();
const score = () => number().strict().min(0).max(100).nullable().defined();

/** The metrics of one night, computed from Oura's records of one day. */
export const nightMetricsSchema = object({
  total_sleep_duration: measure(),
  light_sleep_duration: measure(),
  deep_sleep_duration: measure(),
  rem_sleep_duration: measure(),
  awake_duration: measure(),
  sleep_score: score(),
  sleep_efficiency: score(),
  sleep_latency: measure(),
  sleep_restlessness: score(),
  restless_periods: measure(),
  heart_rate: measure(),
  hrv: measure(),
  temperature_delta: number().strict().nullable().defined(),
  breathing_disturbances: score(),
  bedtime_start: instantSchema().nullable().defined(),
  bedtime_end: instantSchema().nullable().defined(),
  sleep_timing: score(),
  lowest_heart_rate: measure(),
  breathing_rate: measure(),
  readiness_score: score(),
  time_in_bed: measure(),
});
export type NightMetrics = InferType<typeof nightMetricsSchema>;

/** The metrics that come from a daily document, by collection. */
export const DOCUMENT_METRICS = {
  daily_sleep: ['sleep_score', 'sleep_restlessness', 'sleep_timing'],
  daily_readiness: ['temperature_delta', 'readiness_score'],
  daily_spo2: ['breathing_disturbances'],
} as const;
export type DocumentCollection = keyof typeof DOCUMENT_METRICS;
export type DocumentMetric = (typeof DOCUMENT_METRICS)[DocumentCollection][number];
/** The metrics that come from the periods. */
export type PeriodMetric = Exclude<keyof NightMetrics, DocumentMetric>;

/** One sleep period as Oura sent it, without its 5-minute and 30-second series. */
export type Period = Record<string, unknown>;

const samplesSchema = object({
  /** When the first item was measured, and the seconds from one item to the next. */
  timestamp: instantSchema().required(),
  interval: number().strict().positive().required(),
  /** The values, separated by commas; empty if Oura has no value. One text costs far less to read and write than a list. */
  items: string().strict().required(),
});
export type Samples = InferType<typeof samplesSchema>;

const periodSeriesSchema = object({
  period_id: string().strict().required(),
  /** One digit per 5 minutes from bedtime_start: 1 deep, 2 light, 3 REM, 4 awake. */
  sleep_phase_5_min: string().strict().nullable().defined(),
  heart_rate: samplesSchema.nullable().defined().default(undefined),
  hrv: samplesSchema.nullable().defined().default(undefined),
});
/** The overnight curves of a counted period. */
export type PeriodSeries = InferType<typeof periodSeriesSchema>;

const remarkSchema = object({
  kind: string().strict().oneOf(REMARK_KINDS).required(),
  period_id: string().strict(),
  field: string().strict(),
  detail: string().strict().required(),
});

const documentIdsSchema = object({
  daily_sleep: string().strict(),
  daily_readiness: string().strict(),
  daily_spo2: string().strict(),
} satisfies Record<DocumentCollection, unknown>);
/** The ids of the daily documents that a night comes from. */
export type DocumentIds = InferType<typeof documentIdsSchema>;

/** A night before it is stored. */
export interface Night extends NightMetrics {
  readonly date: string;
  readonly periods: readonly Period[];
  /** The curves of the counted periods, in their order. */
  readonly series: readonly PeriodSeries[];
  readonly remarks: readonly Remark[];
  /** The collections that are still missing from the night. A run requests the night again. */
  readonly incomplete: readonly NightCollection[];
  /** Since when Oura has had no record of the day (ISO 8601, UTC); null while it has one. */
  readonly vanished_since: string | null;
  /** Absent without a document. An event of Oura names a document, not its day. */
  readonly document_ids?: DocumentIds | undefined;
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
    series: array(periodSeriesSchema.required()).required(),
    remarks: array(remarkSchema.required()).required(),
    incomplete: array(string<NightCollection>().strict().oneOf(NIGHT_COLLECTIONS).required()).required(),
    /** Since when Oura has had no record of the day (ISO 8601, UTC); null while it has one. The night is kept. */
    vanished_since: instantSchema().nullable().defined(),
    /** Absent on items of earlier versions, and without a document. */
    document_ids: documentIdsSchema.optional().default(undefined),
    /** The rules that computed the metrics (assemble-night.ts). */
    rules_version: number().strict().integer().min(1).required(),
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
    /**
     * How a new night of the look-back arrived: the time of Oura's event, null if there was none, and when it was stored (ISO
     * 8601, UTC). Absent from nights that a backfill or an earlier version stored.
     */
    announced_at: instantSchema().nullable(),
    arrived_at: instantSchema(),
  })
  .required();
export type SleepRecord = InferType<typeof sleepRecordSchema>;
