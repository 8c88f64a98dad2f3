// What the server tells the page: types only, for both sides.
import type { Day } from '../../../shared/core/day.ts';
import type { Bedtime, Metric, TrainingMetric } from '../../../shared/core/metrics.ts';
import type { NightMetrics } from '../../../shared/core/sleep-record.ts';
import type { Anomaly } from '../../insights/anomalies.ts';
import type { Correlation, PairPoint, SleepMeasure } from '../../insights/correlations.ts';
import type { Trend } from '../../insights/trends.ts';
import type { GapRow } from '../../operations/gaps/find-gaps.ts';
import type { PipelineState, RunSummary } from '../../operations/status/pipeline-state.ts';

export type { Anomaly, GapRow, Metric, RunSummary as RunRow, SleepMeasure, TrainingMetric, Trend };

/** Metrics that have a trend: numbers, not bedtimes. */
export type TrendMetric = Exclude<Metric, Bedtime>;

/** One sleep period of a night: instants ISO 8601 with offset, durations in seconds; null where Oura has none. */
export interface PeriodRow {
  readonly type: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly deep: number | null;
  readonly light: number | null;
  readonly rem: number | null;
  readonly awake: number | null;
}

/** A stored night as the page shows it: the metrics as they are stored, no rounding. */
export interface NightRow extends NightMetrics {
  readonly date: Day;
  /** False while Oura may still revise it. */
  readonly settled: boolean;
  /** 1 when first stored; one more with each change. */
  readonly revision: number;
  /** When it was last revised; null where it never was. */
  readonly revised_at: string | null;
  /** Counted periods beside the main one. */
  readonly naps: number;
  /** The counted periods, in the order of their start. */
  readonly periods: readonly PeriodRow[];
}

/** What is usual on a date: from the nights before it, never from later ones. Null where there are too few. */
export interface TrendRow {
  readonly date: Day;
  /** Mean of the seven days that end with the date. */
  readonly mean: number | null;
  /** The personal baseline band. */
  readonly low: number | null;
  readonly high: number | null;
}

export type Trends = Readonly<Record<TrendMetric, readonly TrendRow[]>>;

/** `GET /api/nights?from&to`. */
export interface NightsAnswer {
  readonly from: Day;
  readonly to: Day;
  /** Oldest first. */
  readonly nights: readonly NightRow[];
  /** A row for every date of the range, oldest first. */
  readonly trends: Trends;
  /** What was out of the usual on these nights, oldest first: as `npm run insights` tells it. */
  readonly anomalies: readonly Anomaly[];
}

/** A pair of the insights; `claimed`: whether a relation is. */
export type CorrelationRow = Correlation & { readonly claimed: boolean };

/** `GET /api/insights?from&to`, both optional: what `npm run insights -- --format json` prints, as of the newest night. */
export interface InsightsAnswer {
  readonly as_of: Day;
  readonly trends: readonly Trend[];
  readonly anomalies: readonly Anomaly[];
  readonly correlations: readonly CorrelationRow[];
  /** How many items of the table of workouts are no sets. */
  readonly skipped: number;
}

/** `GET /api/insights/points?sleep_metric&training_metric&lag_days&from&to`: the days that a pair rests on, by date. */
export interface PointsAnswer {
  readonly points: readonly PairPoint[];
}

/** `GET /api/overview`: what the page needs before anything else. */
export interface OverviewAnswer {
  /** Whose tables these are, e.g. `the data folder .data`. */
  readonly source: string;
  readonly simulated: boolean;
  readonly time_zone: string;
  readonly today: Day;
  /** The newest night's date; null where none is stored. */
  readonly newest: Day | null;
  /** Why the night of today is not there, where it is not and anything is known. */
  readonly missing: GapRow | null;
  /** When the schedule next starts a run (ISO 8601, UTC); null where none is scheduled. */
  readonly next_sync: string | null;
  /** Why neither a sync nor a redrive can be started from here; null where they can. */
  readonly read_only: string | null;
}

/** A date of the calendar that has its night. */
export interface CalendarNight {
  readonly date: Day;
  readonly state: 'stored' | 'provisional';
  readonly score: number | null;
  readonly revision: number;
  readonly naps: number;
}

/** A date of the calendar: a night, or why there is none. */
export type CalendarDay = CalendarNight | GapRow;

/** `GET /api/calendar?year`: the dates that anything can be known of; none before the first night, none after today. */
export interface CalendarAnswer {
  readonly year: number;
  readonly first_year: number;
  readonly last_year: number;
  readonly days: readonly CalendarDay[];
}

/** `GET /api/pipeline`, and the data of each server-sent event of `GET /api/pipeline/events`. */
export type PipelineAnswer = PipelineState;

/** `POST /api/sync`. */
export interface SyncAnswer {
  readonly run_id: string;
}

/** `POST /api/redrive`. */
export interface RedriveAnswer {
  readonly moved: number;
}

/** Any answer that is not 2xx: one sentence for people. */
export interface ErrorAnswer {
  readonly error: string;
}
