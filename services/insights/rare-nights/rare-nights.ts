import { type Day, daysBetween } from '../../../shared/core/day.ts';
import { type DatedNight, numberOf } from '../features/metric-values.ts';
import { dayNumberOf } from '../statistics/day-number.ts';
import { isLikeIllness, qualityOf, rarityText, sentenceOf } from './describe.ts';
import { BODY_METRICS, ILLNESS, JOINT_METRICS, type JointMetric } from './joint-metrics.ts';
import { createJointScore } from './joint-score.ts';
import { newLevels } from './new-levels.ts';
import { type Episode, isOutside, MOST_NIGHTS, type RareMetric, type RareNight } from './rare-night.ts';
import { createRarity } from './rarity.ts';
import { isSplit } from './split-night.ts';
import { deviateOf, pointOf, type Usual, usualBefore, usualRange } from './usual-range.ts';

/** A rare night is one that comes at most about this often. The benchmark shows at most 6 a year for clean data. */
const RARE_PER_YEAR = 4;
const RARE_NIGHTS = 365.25 / RARE_PER_YEAR;
const MOST_DAYS_APART = 2;

/** A known value of a night and how far it is from the usual. */
interface Compared {
  readonly value: number;
  readonly usual: Usual;
  readonly deviate: number;
}

/** The day numbers of the first nights of a ring that had not measured an earlier night. */
const newRings = (nights: readonly DatedNight[], days: readonly number[]): number[] => {
  const known = new Set<string>();
  return nights.flatMap(({ ring_id }, at) => {
    if (ring_id === undefined || known.has(ring_id)) return [];
    known.add(ring_id);
    return known.size === 1 ? [] : [days[at] ?? 0];
  });
};

/** Compares the values of a metric with the nights before each. Nights without a value or a usual range are undefined. */
const comparedOf = (
  metric: JointMetric,
  nights: readonly DatedNight[],
  days: readonly number[],
  rings: readonly number[],
): (Compared | undefined)[] => {
  const values = nights.map((night) =>
    isSplit(night) && !BODY_METRICS.has(metric) ? null : numberOf(night, metric),
  );
  const points = values.flatMap((value, at) =>
    value === null ? [] : [pointOf(metric, at, days[at] ?? 0, value)],
  );
  const levels = [...newLevels(points), ...rings].sort((one, other) => one - other);
  const compared = new Array<Compared | undefined>(nights.length).fill(undefined);
  for (const [index, usual] of usualBefore(points, levels).entries()) {
    const point = points[index];
    if (point && usual)
      compared[point.at] = { value: values[point.at] ?? 0, usual, deviate: deviateOf(point, usual) };
  }
  return compared;
};

/** The known metrics of a night, the furthest from the usual first. */
const furthestFirst = (compared: ReadonlyMap<JointMetric, Compared>): RareMetric[] =>
  [...compared]
    .map(([metric, { value, usual, deviate }]) => ({
      metric,
      value,
      usual: usualRange(metric, usual),
      deviation: deviate,
    }))
    .sort((one, other) => Math.abs(other.deviation) - Math.abs(one.deviation));

/** The metrics outside their usual range; if there are none, the two that are the furthest. */
const contributing = (metrics: readonly RareMetric[]): readonly RareMetric[] => {
  const outside = metrics.filter(isOutside);
  return outside.length > 0 ? outside : metrics.slice(0, 2);
};

type Found = Omit<RareNight, 'episode'> & { readonly once: number };

const episodesOf = (found: readonly Found[]): (Found & { episode: Episode })[] => {
  const episodes: [Found, ...Found[]][] = [];
  for (const night of found) {
    const last = episodes.at(-1);
    const before = last?.at(-1);
    if (last && before && daysBetween(before.date, night.date) <= MOST_DAYS_APART) last.push(night);
    else episodes.push([night]);
  }
  return episodes.flatMap((nights) => {
    const [{ date: first }] = nights;
    const episode = { first, last: nights.at(-1)?.date ?? first, nights: nights.length };
    return nights.map((night) => ({ ...night, episode }));
  });
};

/**
 * Finds the nights from `from` to `to` whose values together are rare for the person, the rarest first. What is usual and how
 * rare a night is depend only on earlier nights. Later nights have one effect: a level that lasted for two weeks is no longer
 * rare, as after a change of the ring.
 * @param nights in order of date, including all before `from`
 */
export const rareNights = (
  nights: readonly DatedNight[],
  { from, to }: { from: Day; to: Day },
): RareNight[] => {
  const days = nights.map(({ date }) => dayNumberOf(date));
  const rings = newRings(nights, days);
  const byMetric = JOINT_METRICS.map((metric) => comparedOf(metric, nights, days, rings));
  const joint = createJointScore(JOINT_METRICS.map((metric) => ILLNESS[metric] ?? 0));
  const scores = createRarity();
  const found = nights.flatMap(({ date }, at): Found[] => {
    const deviates = byMetric.map((compared) => compared[at]?.deviate ?? null);
    const scored = joint.score(deviates);
    joint.add(deviates);
    if (scored === undefined) return [];
    const once = scores.nightsFor(scored.score);
    const before = scores.before(scored.score);
    scores.add(scored.score);
    if (once < RARE_NIGHTS) return [];
    const compared = new Map(
      JOINT_METRICS.flatMap((metric, index) => {
        const one = byMetric[index]?.[at];
        return one ? [[metric, one] as const] : [];
      }),
    );
    const known = furthestFirst(compared);
    const isIll = isLikeIllness(
      new Map(known.map(({ metric, deviation }) => [metric, deviation])),
      scored.towards,
    );
    const metrics = isIll ? known.filter(({ metric }) => metric in ILLNESS) : contributing(known);
    const kind = isIll ? 'possible illness' : qualityOf(metrics);
    const sentence = sentenceOf(kind, metrics);
    const once_in_nights = Math.min(MOST_NIGHTS, Math.round(once));
    const rarity = rarityText(once_in_nights, before);
    return [{ date, once_in_nights, rarity, kind, metrics, sentence, once }];
  });
  return episodesOf(found)
    .filter(({ date }) => date >= from && date <= to)
    .sort((one, other) => other.once - one.once)
    .map(({ once, ...night }) => night);
};
