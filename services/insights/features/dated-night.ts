import type { Day } from '../../../shared/core/day.ts';
import { METRIC_NAMES } from '../../../shared/core/metrics.ts';
import { periodMetrics } from '../../../shared/core/night/assemble-night.ts';
import { type SleepDay, type SleepPeriod, sleepDay } from '../../../shared/core/night/sleep-periods.ts';
import {
  isInstant,
  type NightMetrics,
  type Period,
  type PeriodSeries,
} from '../../../shared/core/sleep-record.ts';
import type { DatedNight, Nap, NightPart } from './metric-values.ts';

/** A night of OuraSleepTable, or a version of one. */
export type NightOfPeriods = NightMetrics & {
  readonly date: Day;
  readonly periods: readonly Period[];
  /** The curves of the periods; empty if they are unknown. */
  readonly series: readonly PeriodSeries[];
};

const metricsIn = (values: NightMetrics): NightMetrics =>
  Object.fromEntries(METRIC_NAMES.map((name) => [name, values[name]])) as unknown as NightMetrics;

const instantOf = (bedtime: string | null): number | null => (bedtime === null ? null : Date.parse(bedtime));

/** The naps whose end and time asleep are known. */
const napsOf = (naps: readonly SleepPeriod[]): Nap[] =>
  naps.flatMap(({ bedtime_end, total_sleep_duration: seconds }) =>
    bedtime_end === null || seconds === null ? [] : [{ ended_at: Date.parse(bedtime_end), seconds }],
  );

const partsOf = (parts: readonly SleepPeriod[]): NightPart[] =>
  parts.flatMap(({ span }) => (span === null ? [] : [{ started_at: span.start, ended_at: span.end }]));

const PHASE_MS = 300_000;

/** The runs of Oura's digit for awake in the phases of a part that began at `start`. */
const awakeIn = (phases: string, start: number): NightPart[] =>
  [...phases.matchAll(/4+/g)].map(({ index, 0: run }) => ({
    started_at: start + index * PHASE_MS,
    ended_at: start + (index + run.length) * PHASE_MS,
  }));

/** When the sleeper was awake in the parts of a night; undefined if the phases of one are unknown. */
const awakeDuring = (parts: readonly Period[], series: readonly PeriodSeries[]): NightPart[] | undefined => {
  const known = parts.flatMap(({ id, bedtime_start }) => {
    const phases = series.find(({ period_id }) => period_id === id)?.sleep_phase_5_min;
    return phases && isInstant(bedtime_start) ? [awakeIn(phases, Date.parse(bedtime_start))] : [];
  });
  return parts.length > 0 && known.length === parts.length ? known.flat() : undefined;
};

/** A score of the day less what Oura says that each nap added to it; null if Oura does not say it of every nap. */
const scoreWithout = (
  naps: readonly SleepPeriod[],
  score: number | null,
  delta: 'sleep_score_delta' | 'readiness_score_delta',
): number | null =>
  naps.reduce<number | null>((left, { record }) => {
    const added = record[delta];
    return left === null || typeof added !== 'number' ? null : left - added;
  }, score);

/** The metrics of daily documents that a nap can change. The others are measured during the night. */
const SCORES = ['sleep_score', 'readiness_score', 'sleep_restlessness', 'sleep_timing'] as const;

/**
 * The metrics of the night without its naps, so that nothing in them happened after the night. Oura's scores lose what each nap
 * added to them. Their contributors (restfulness, timing) are null on a day with a nap, because Oura does not say what it
 * changed.
 */
const withoutNaps = (metrics: NightMetrics, day: SleepDay): NightMetrics => ({
  ...metrics,
  ...periodMetrics({ ...day, counted: day.parts }),
  sleep_score: scoreWithout(day.naps, metrics.sleep_score, 'sleep_score_delta'),
  readiness_score: scoreWithout(day.naps, metrics.readiness_score, 'readiness_score_delta'),
  sleep_restlessness: null,
  sleep_timing: null,
});

/** Separates a night from its naps. A night whose main period is invalid keeps its stored metrics. */
export const datedNight = (night: NightOfPeriods): DatedNight => {
  // A single period is the night, and to parse the periods of every night would take most of the time.
  const day = night.periods.length > 1 ? sleepDay(night.date, night.periods) : undefined;
  const ring_id = (day?.main?.record ?? night.periods[0])?.['ring_id'];
  const awake = awakeDuring(day?.parts.map(({ record }) => record) ?? night.periods, night.series);
  const hasNaps = day !== undefined && day.invalid === undefined && day.naps.length > 0;
  const metrics = hasNaps ? withoutNaps(metricsIn(night), day) : metricsIn(night);
  return {
    ...metrics,
    date: night.date,
    started_at: instantOf(metrics.bedtime_start),
    ended_at: instantOf(metrics.bedtime_end),
    naps: hasNaps ? napsOf(day.naps) : [],
    ...(day && day.parts.length > 1 && { parts: partsOf(day.parts) }),
    ...(awake && { awake }),
    ...(typeof ring_id === 'string' && { ring_id }),
  };
};

/** The night with the scores of its `earlier` version, which knew fewer naps, unless that is another night or has no score. */
export const withEarlierScores = (night: DatedNight, earlier: DatedNight): DatedNight => {
  const isSame = night.started_at === earlier.started_at && night.ended_at === earlier.ended_at;
  if (night.naps.length === 0 || !isSame) return night;
  const scores = SCORES.map((name) => [name, earlier[name] ?? night[name]] as const);
  return { ...night, ...Object.fromEntries(scores) };
};
