import type { NightCollection } from '../../../../shared/core/collections.ts';
import { arrivalOf } from '../../../../shared/core/freshness.ts';
import { isBedtime, METRICS, type Metric, showHours, showMetric } from '../../../../shared/core/metrics.ts';
import { REMARKS } from '../../../../shared/core/night/remarks.ts';
import { capitalized, plural } from '../../../../shared/core/text.ts';
import type { NightAnswer, NightPeriod, NightRevision, NightRow, StripNight } from '../../server/api.ts';
import { NONE, showDay, showInstant, wallClock } from '../format.ts';
import { clockText, shown } from '../units.ts';
import type { NightClock } from './night-clock.ts';
import { lengthOf, type NightScale, spanAt, timeAt } from './night-scale.ts';
import { type CurvePoint, hasStages, type PlacedPeriod } from './placed-periods.ts';
import { pausesOf } from './time-axis.ts';

const COLLECTION_WORDS: Readonly<Record<NightCollection, string>> = {
  sleep: 'the sleep periods',
  daily_sleep: 'the sleep score',
  daily_readiness: 'the readiness',
  daily_spo2: 'the breathing disturbances',
};

/** `a`, `a and b`, `a, b and c`. */
const listed = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' and ');

const isPart = ({ period }: PlacedPeriod): boolean => period.role === 'part';

/** What the clock did, which is usually nothing. */
const clockSentences = ({ changes: { night, all } }: NightClock): string[] => {
  const set = (minutes: number): string =>
    `${minutes > 0 ? 'forward' : 'back'} by ${lengthOf({ from: 0, to: 60_000 * Math.abs(minutes) })}`;
  return [
    ...(night === 0 ? [] : [`The clock changed during the night: it was set ${set(night)}.`]),
    ...(all === night ? [] : [`Between the night and a nap, the clock was set ${set(all - night)}.`]),
  ];
};

/** When the sleeper was in bed, in sentences. */
export const bedSentences = ({ placed, clock }: NightScale): string[] => {
  const parts = placed.filter(isPart);
  const [first, last] = [parts[0], parts.at(-1)];
  const pauses = pausesOf(parts).map(lengthOf);
  return [
    ...(first && last ? [`In bed ${spanAt(clock, { from: first.from, to: last.to })}`] : [])
      .map((bed) =>
        parts.length === 1 ? bed : `${bed}, in ${parts.length} parts with ${listed(pauses)} out of bed`,
      )
      .map((bed) => `${bed}.`),
    ...placed
      .filter((each) => !isPart(each))
      .map((nap) => `Nap ${first && nap.from < first.from ? 'before the night ' : ''}${spanAt(clock, nap)}.`),
    ...clockSentences(clock),
  ];
};

/**
 * The lowest heart rate, and when the curve is lowest. Oura measures the former more often than the curve has values.
 * @param point the lowest of the curve
 */
export const lowestSentence = (
  { lowest_heart_rate: value }: Pick<NightRow, 'lowest_heart_rate'>,
  point: CurvePoint | undefined,
  clock: NightClock,
): string | undefined => {
  const rate = (bpm: number) => showMetric(METRICS.lowest_heart_rate, bpm);
  const when = point && `began at ${timeAt(clock, point.at)}`;
  if (value === null) return point && `The lowest 5 minutes (${rate(point.value)}) ${when}.`;
  if (point === undefined) return `Lowest heart rate ${rate(value)}.`;
  const mean = point.value === value ? '' : `(${rate(point.value)}) `;
  return `Lowest heart rate ${rate(value)}; the lowest 5 minutes ${mean}${when}.`;
};

/** The least and the greatest value of the curve. */
export const hrvSentence = (points: readonly CurvePoint[]): string | undefined => {
  if (points.length === 0) return undefined;
  const values = points.map(({ value }) => value);
  return `From ${METRICS.hrv.format(Math.min(...values))} to ${showMetric(METRICS.hrv, Math.max(...values))}.`;
};

const valueText = (metric: Metric, value: number | string | null): string => {
  if (value === null) return 'no value';
  if (typeof value === 'string') return isBedtime(metric) ? wallClock(value) : value;
  return showMetric(shown(METRICS[metric]), value);
};

/** A revision in words: when, and each change. */
export const revisionSentence = ({ at, changes }: NightRevision, timeZone: string): string => {
  const words = changes.map(
    ({ metric, before, after }) =>
      `${METRICS[metric].label} from ${valueText(metric, before)} to ${valueText(metric, after)}`,
  );
  const what = words.length === 0 ? 'details of the periods' : listed(words);
  return `${showInstant(at, timeZone)}: Oura changed ${what}.`;
};

/** Why a period does not count, by its type. Of other types, a remark has the reason. */
const IGNORED: Readonly<Record<string, string>> = {
  rest: 'it was rejected as a false detection',
  deleted: 'it was deleted in the Oura app',
  none: 'its type is unknown',
};

/** A period that does not count, and why. */
const ignoredSentence = ({ type, start, end }: NightPeriod): string => {
  const why = IGNORED[type ?? 'none'];
  return `A period ${wallClock(start)}–${wallClock(end)} does not count${why === undefined ? '' : `: ${why}`}.`;
};

/** What Oura lacks, repaired or may still change, in sentences. */
export const remarkSentences = (
  { night, periods }: Pick<NightAnswer, 'night' | 'periods'>,
  timeZone: string,
): string[] => {
  if (night === null) return [];
  const { remarks, incomplete, vanished_since, settled } = night;
  const arrival = arrivalOf(night, clockText, (day) => `${showDay(day)},`);
  return [
    ...(arrival === undefined ? [] : [`The night ${arrival.text}.`]),
    ...(settled ? [] : ['Oura may still revise this night. It is read again until it is 30 days old.']),
    ...(incomplete.length === 0
      ? []
      : [
          `Oura has not sent ${listed(incomplete.map((name) => COLLECTION_WORDS[name]))} so far. The next sync requests the night again.`,
        ]),
    ...(vanished_since === null
      ? []
      : [
          `Oura has had no record of this day since ${showInstant(vanished_since, timeZone)}. The night is kept.`,
        ]),
    ...periods.filter(({ role }) => role === 'ignored').map(ignoredSentence),
    ...remarks.map(
      ({ kind, field, detail }) =>
        `${capitalized(REMARKS[kind])}${field === undefined ? '' : ` (${field} ${detail})`}.`,
    ),
  ];
};

/** Oura's name of a contributor as a label: `hrv_balance` is `HRV balance`. */
export const contributorLabel = (name: string): string =>
  capitalized(name.replaceAll('_', ' ').replace(/\bhrv\b/, 'HRV'));

/** A date of the strip, for its link. */
export const stripLabel = ({ date, stored, sleep_score, total_sleep_duration }: StripNight): string => {
  const asleep = total_sleep_duration === null ? NONE : showHours(total_sleep_duration);
  return `${showDay(date)}: ${stored ? `asleep ${asleep}, score ${sleep_score ?? NONE}` : 'no night'}`;
};

/** Says how many periods have no stages over time; undefined if all have them. */
export const withoutStages = (placed: readonly PlacedPeriod[]): string | undefined => {
  const missing = placed.filter((each) => !hasStages(each)).length;
  if (missing === 0) return undefined;
  return missing === placed.length
    ? 'Oura sent no stages over time for this night, only their totals.'
    : `Oura sent no stages over time for ${plural(missing, 'period')}.`;
};
