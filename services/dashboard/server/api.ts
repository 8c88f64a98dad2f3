// The API of the page's server, for both sides.
import type { NightCollection } from '../../../shared/core/collections.ts';
import type { Day } from '../../../shared/core/day.ts';
import type { Bedtime, Metric } from '../../../shared/core/metrics.ts';
import type { Remark } from '../../../shared/core/night/remarks.ts';
import type { NightMetrics, SleepRecord } from '../../../shared/core/sleep-record.ts';
import type { EffectPoint } from '../../insights/effects/effects.ts';
import type {
  Direction,
  Effect,
  EffectGroup,
  EffectsReport,
  PairName,
  Verdict,
} from '../../insights/effects/effects-report.ts';
import type { Sample } from '../../insights/export/series.ts';
import type { Insights } from '../../insights/insights.ts';
import type { MeasureRow } from '../../insights/measures/describe.ts';
import type { MeasuresOfWeek } from '../../insights/measures/measures.ts';
import type { RareNight } from '../../insights/rare-nights/rare-night.ts';
import type { Trend } from '../../insights/trends.ts';
import type { GapRow } from '../../operations/gaps/gap-row.ts';
import type { PipelineState, Problem, RunSummary as RunRow } from '../../operations/status/pipeline-state.ts';

/**
 * The second half of a session, beside the cookie, and the name of three things: the meta element in which the server hands it
 * over, the entry of the browser's storage that keeps it, and the header that every API request needs. Browsers send cookies
 * to every port of a host, but only pages of the same port can read the storage.
 */
export const PROOF = 'x-oura-sleep-sync-proof';

/** Far from any night, and within the dates that date arithmetic supports. The server accepts no others. */
export const [EARLIEST, LATEST] = ['1900-01-01', '9998-12-31'] as const;

export type {
  Direction,
  Effect,
  EffectGroup,
  EffectsReport,
  GapRow,
  MeasureRow,
  PairName,
  Problem,
  RareNight,
  RunRow,
  Trend,
  Verdict,
};

/** Metrics that have a trend: numbers, not bedtimes. */
export type TrendMetric = Exclude<Metric, Bedtime>;

/** When a sleep period of a night began and ended: ISO 8601 with offset; null if Oura has no value. */
export interface PeriodRow {
  /** Whether it is a nap, and not a part of the night. */
  readonly is_nap: boolean;
  readonly start: string | null;
  readonly end: string | null;
}

/** A stored night, with its metrics unrounded. */
export interface NightRow extends NightMetrics, Pick<SleepRecord, 'announced_at' | 'arrived_at'> {
  readonly date: Day;
  /** False while Oura may still revise it. */
  readonly settled: boolean;
  /** 1 when first stored; one more with each change. */
  readonly revision: number;
  /** Counted periods that are not parts of the night. */
  readonly naps: number;
  /** The counted periods, in the order of their start. */
  readonly periods: readonly PeriodRow[];
  readonly remarks: readonly Remark[];
  /** Collections that are still missing from it. */
  readonly incomplete: readonly NightCollection[];
  /** Since when Oura has had no record of the day; null while it has one. */
  readonly vanished_since: string | null;
}

/** The typical values on a date, from the nights before it only. Null if there are too few. */
export interface TrendRow {
  readonly date: Day;
  /** Mean of the seven days that end with the date. */
  readonly mean: number | null;
  /** The typical range. */
  readonly low: number | null;
  readonly high: number | null;
}

export type Trends = Readonly<Record<TrendMetric, readonly TrendRow[]>>;

/** `GET /api/nights?from&to`. */
export interface NightsAnswer {
  /** The first day to show: that of the first night, if none is stored in the eight weeks before the requested range. */
  readonly from: Day;
  readonly to: Day;
  /** Oldest first. */
  readonly nights: readonly NightRow[];
  /** A row for every date of the range, oldest first. */
  readonly trends: Trends;
  readonly summaries: Summaries;
}

/** `GET /api/rare-nights?clock&temperature&weight`, all optional, for the sentences: those of all stored nights, the rarest first. Same as `npm run insights`. */
export interface RareNightsAnswer {
  readonly rare_nights: readonly RareNight[];
}

/**
 * `GET /api/insights?from&to&clock&temperature&weight`, all optional: same as `npm run insights -- --format json`, as of the newest
 * night, with sentences and sizes of effects in these units.
 */
export interface InsightsAnswer extends Insights {
  /** The current measures, for people. */
  readonly measure_rows: readonly MeasureRow[];
  /** Number of items in the table of workouts that are not sets. */
  readonly skipped: number;
}

/** `GET /api/insights/points?direction&sleep_metric&training_metric&lag_days&from&to`: the sessions of a pair, by date. */
export interface PointsAnswer {
  readonly points: readonly EffectPoint[];
}

/** `GET /api/overview`: the first request of the page. */
export interface OverviewAnswer {
  /** The source of the data, e.g. `the data folder .data`. */
  readonly source: string;
  readonly simulated: boolean;
  readonly time_zone: string;
  /** Today where the sleeper is. */
  readonly today: Day;
  /** The newest night's date; null if none is stored. */
  readonly newest: Day | null;
  /** Why requesting today's night failed; null if it did not. */
  readonly missing: GapRow | null;
  /** When the schedule next starts a run (ISO 8601, UTC); null if none is scheduled. */
  readonly next_sync: string | null;
  /** The path of the page's script below `/`; null if the page cannot be bundled. */
  readonly script: string | null;
  /** Why the page cannot start a sync or a redrive; null if it can. */
  readonly read_only: string | null;
  /** The most urgent first. */
  readonly problems: readonly Problem[];
}

/** A date of the calendar with a night. */
export interface CalendarNight {
  readonly date: Day;
  readonly state: 'stored' | 'provisional';
  readonly score: number | null;
  readonly revision: number;
  readonly naps: number;
  readonly vanished_since: string | null;
}

/** A date of the calendar: a night, or why there is none. */
export type CalendarDay = CalendarNight | GapRow;

/** `GET /api/calendar?year`: the dates from the first known one to today. */
export interface CalendarAnswer {
  readonly year: number;
  readonly first_year: number;
  readonly last_year: number;
  readonly days: readonly CalendarDay[];
}

/**
 * Work that a page started, followed to its end: a run, or a redrive. A redrive is not a run, so its `run_id` is its own, and its
 * trigger is `redrive`. Its `counts` are those of its dates; `failed`: they failed again.
 */
export interface WorkRow extends RunRow {
  /** The dates of a sync; null for the look-back, and for a redrive. */
  readonly range: { readonly from: Day | null; readonly to: Day | null } | null;
  /** How many of the failed dates are parked: no run requests them, only a redrive. */
  readonly parked: number;
  /** What else the user must know, as a sentence; null if nothing. */
  readonly note: string | null;
}

/** `GET /api/pipeline`, and the data of each server-sent event of `GET /api/pipeline/events`. */
export interface PipelineAnswer extends PipelineState {
  /** Today where the sleeper is. */
  readonly today: Day;
  /** The newest first. Unfinished work is in all pages, until the server of the page stops. */
  readonly work: readonly WorkRow[];
}

/** `POST /api/sync` and `POST /api/redrive`: the started work, or the same work if it has not finished yet. */
export type WorkAnswer = WorkRow;

/** Any response that is not 2xx: one sentence for people. */
export interface ErrorAnswer {
  readonly error: string;
}

/** A 5-minute stage or a value of a curve, as in `npm run export -- --what series`. */
export type NightSample = Pick<Sample, 'at' | 'phase' | 'heart_rate' | 'hrv'>;

/** A sleep period of a night with its curves. Null if Oura has no value. */
export interface NightPeriod {
  /** Oura's type, e.g. `long_sleep`. */
  readonly type: string | null;
  /** A part of the night, a nap, or a period that does not count. */
  readonly role: 'part' | 'nap' | 'ignored';
  /** ISO 8601 with the sleeper's offset at that moment. */
  readonly start: string | null;
  readonly end: string | null;
  /** In the order of their instants. Empty without curves. */
  readonly samples: readonly NightSample[];
}

/** A revision of a night by Oura. */
export interface NightRevision {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The metrics that it changed; bedtimes ISO 8601 with offset. */
  readonly changes: readonly {
    readonly metric: Metric;
    readonly before: number | string | null;
    readonly after: number | string | null;
  }[];
}

/** A date of the strip of 14; all values are null if no night is stored, or if Oura has none. */
export type StripNight = Pick<NightRow, 'date'> & {
  readonly stored: boolean;
} & Pick<
    NightMetrics,
    | 'sleep_score'
    | 'total_sleep_duration'
    | 'deep_sleep_duration'
    | 'rem_sleep_duration'
    | 'light_sleep_duration'
  >;

/** `GET /api/nights/:date`. */
export interface NightAnswer {
  readonly date: Day;
  /** Null if no night is stored. */
  readonly night: NightRow | null;
  /** Why no night is stored, or Oura no longer has it; null if no run has requested the date. */
  readonly gap: GapRow | null;
  readonly periods: readonly NightPeriod[];
  /** How long the phase of a sample lasts (s). */
  readonly phase_seconds: number;
  /** A row for the date. */
  readonly trends: Trends;
  /** The contributors of the readiness score by Oura's names, 0–100. Null: Oura sent none. */
  readonly readiness: Readonly<Record<string, number>> | null;
  /** Oldest first. */
  readonly revisions: readonly NightRevision[];
  /** The nearest dates with a stored night; null if there is none. */
  readonly earlier: Day | null;
  readonly later: Day | null;
  /** 14 dates around this one, oldest first. */
  readonly strip: readonly StripNight[];
}

/** How the nights of a chart are grouped; `night`: not at all. */
export type Grain = 'night' | 'week' | 'month';

/** Lower quartile, median and upper quartile (interpolated, as in NumPy); bedtimes in minutes from midnight. */
export type Quartiles = readonly [number, number, number];

/** Nights in a row, or those of one weekday. */
export interface NightGroup {
  /** Of a weekday: its first date in the range, both times. */
  readonly from: Day;
  readonly to: Day;
  /** The number of stored nights. */
  readonly nights: number;
  /** Null without a value. */
  readonly metrics: Readonly<Record<Metric, Quartiles | null>>;
}

/** A metric over a range. */
export interface MetricSummary {
  /** The nights that have a value. */
  readonly nights: number;
  readonly quartiles: Quartiles | null;
  /** By how much it has changed over the range, by its robust slope; null with fewer than 14 nights, weeks or months. */
  readonly change: number | null;
  /** `unclear`: the 95 % interval of the slope contains 0; `unknown`: there is no slope. */
  readonly direction: 'rising' | 'falling' | 'unclear' | 'unknown';
}

export type Summaries = Readonly<Record<Metric, MetricSummary>>;

/** `GET /api/ranges?from&to&by`, all optional: nights in groups, for long ranges. `null` if the range has no night. */
export interface RangesAnswer {
  /** The requested range, or as much of it as has nights. */
  readonly from: Day;
  readonly to: Day;
  /** As requested, or as the length of the range needs it. */
  readonly by: Grain | 'weekday';
  readonly nights: number;
  /** In order of date, or from Monday. Groups without a night are included. */
  readonly groups: readonly NightGroup[];
  readonly summaries: Summaries;
}

/** `GET /api/regularity?from&to`, both optional: the measures of sleep timing of each week, by its last day. */
export interface RegularityAnswer {
  readonly weeks: readonly Pick<MeasuresOfWeek, 'date' | 'midsleep' | 'social_jetlag' | 'sleep_regularity'>[];
}
