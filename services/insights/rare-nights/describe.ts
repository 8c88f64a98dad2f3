import { BETTER, METRICS, type Metric, showEnds } from '../../../shared/core/metrics.ts';
import { capitalized, plural } from '../../../shared/core/text.ts';
import { definitionIn, STORED_UNITS, type Units } from '../../../shared/core/units.ts';
import { ILLNESS } from './joint-metrics.ts';
import { isOutside, MOST_NIGHTS, type RareKind, type RareMetric } from './rare-night.ts';
import { USUAL_SPREADS } from './usual-range.ts';

/** How far a night must deviate towards an illness, and how far each metric at least, in normal deviates. */
const ILLNESS_DEVIATES = { together: 3, each: 0.5 };
/** Of the unusual deviations, this share must be better (or worse) for a good (or bad) night. */
const MOST = 0.75;
const MOST_IN_SENTENCE = 3;

/** Without these, a pattern is no sign of an illness. */
const NEEDED_FOR_ILLNESS = ['heart_rate', 'temperature_delta', 'hrv'] as const satisfies Metric[];

/** @param deviations of all known metrics @param towards the deviation towards {@link ILLNESS} */
export const isLikeIllness = (deviations: ReadonlyMap<Metric, number>, towards: number): boolean =>
  towards >= ILLNESS_DEVIATES.together &&
  NEEDED_FOR_ILLNESS.every((metric) => deviations.has(metric)) &&
  [...deviations].every(
    ([metric, deviation]) =>
      deviation * (ILLNESS[metric] ?? 0) >= (metric in ILLNESS ? ILLNESS_DEVIATES.each : 0),
  );

/** +1 if the deviation is better for the person, -1 if it is worse, 0 if it depends. */
const worthOf = ({ metric, deviation }: RareMetric): -1 | 0 | 1 => {
  const better = BETTER[metric];
  if (better === null) return 0;
  return better === (deviation > 0 ? 'higher' : 'lower') ? 1 : -1;
};

/** Whether most of what is unusual is better or worse for the person. */
export const qualityOf = (metrics: readonly RareMetric[]): Exclude<RareKind, 'possible illness'> => {
  const sumOf = (value: number): number =>
    metrics
      .filter((metric) => worthOf(metric) === value)
      .reduce((sum, { deviation }) => sum + Math.abs(deviation), 0);
  const [good, bad] = [sumOf(1), sumOf(-1)];
  if (good > 0 && good >= MOST * (good + bad)) return 'good';
  return bad > 0 && bad >= MOST * (good + bad) ? 'bad' : 'mixed';
};

const listed = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

/** No measure of a night means more. */
const MOST_DECIMALS = 3;

/**
 * A value and its range, rounded to the nearest digit. A value just outside must not read as inside: both get decimals until
 * they differ. If the value has no more decimals, the end of the range is the last such value inside.
 */
const withRange = (rare: RareMetric, units: Units): string => {
  const { metric, value, usual } = rare;
  const definition = definitionIn(units, METRICS[metric]);
  const { label, format, suffix } = definition;
  const isBelow = value < usual[0];
  const end = usual[isBelow ? 0 : 1];
  const readsAsInside = (more: number): boolean =>
    isOutside(rare) && format(value, Math.round, more) === format(end, Math.round, more);
  const isExact = (more: number): boolean =>
    format(value, Math.floor, more) === format(value, Math.ceil, more);
  let more = 0;
  while (readsAsInside(more) && !isExact(more) && more < MOST_DECIMALS) more += 1;
  const inward = isBelow ? [Math.ceil] : [undefined, Math.floor];
  const ends = showEnds(definition, usual, readsAsInside(more) ? inward : [], more);
  return `${label} ${format(value, Math.round, more)}${suffix} (usual ${ends})`;
};

const OPENING: Readonly<Record<Exclude<RareKind, 'possible illness'>, string>> = {
  good: 'An unusually good night',
  bad: 'An unusually bad night',
  mixed: 'An unusual night',
};

/** The metrics in the order of a sentence: in a good or bad night, those that make it so come first. */
const mostTelling = (kind: RareKind, metrics: readonly RareMetric[]): readonly RareMetric[] => {
  if (kind !== 'good' && kind !== 'bad') return metrics;
  const worth = kind === 'good' ? 1 : -1;
  const isTelling = (metric: RareMetric): boolean => worthOf(metric) === worth;
  return [...metrics.filter(isTelling), ...metrics.filter((metric) => !isTelling(metric))];
};

/**
 * Says in one sentence what was rare, and for a possible illness what else it could be.
 * @param metrics the furthest from the usual first
 */
export const sentenceOf = (
  kind: RareKind,
  metrics: readonly RareMetric[],
  units: Units = STORED_UNITS,
): string => {
  const ordered = mostTelling(kind, metrics);
  const shown = ordered.slice(0, MOST_IN_SENTENCE);
  const more = ordered.slice(MOST_IN_SENTENCE).filter(isOutside).length;
  const what = listed([
    ...shown.map((metric) => withRange(metric, units)),
    ...(more > 0 ? [`${more} more`] : []),
  ]);
  if (kind === 'possible illness') {
    const moved = capitalized(listed(shown.map(({ metric }) => METRICS[metric].label)));
    return `${moved} moved as in an illness: ${what}. Alcohol, heat or a hard day can look the same.`;
  }
  if (metrics.every(({ deviation }) => Math.abs(deviation) < USUAL_SPREADS))
    return `An unusual combination of usual values: ${what}.`;
  return `${OPENING[kind]}: ${what}.`;
};

/**
 * How rare a night is: `about once in 8 months`, but no rarer than the history can show.
 * @param nights a night like this one comes about once in so many
 * @param before the nights before it that have a score, and whether one of them has a higher one
 */
export const rarityText = (nights: number, before: { count: number; hasHigher: boolean }): string => {
  if (before.count === 0) return 'too early to say how rare';
  if (nights > before.count) {
    const compared = `your ${plural(before.count, 'night')} compared before it`;
    return before.hasHigher ? `among the rarest of ${compared}` : `rarer than any of ${compared}`;
  }
  if (nights >= MOST_NIGHTS) return 'less than once in 10 years';
  const months = nights / 30.44;
  return months < 18
    ? `about once in ${Math.round(months)} months`
    : `about once in ${Math.round(months / 12)} years`;
};
