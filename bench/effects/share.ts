import { NORMAL_95 } from '../../services/insights/statistics/normal.ts';

/** How often something happened, and what that says about its probability. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export const shareOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): Share => ({
  count: items.filter(holds).length,
  of: items.length,
});

/** The 95 % score interval of Wilson (1927), J. Am. Stat. Assoc. 22, 209-212. */
export const wilson = ({ count, of }: Share): readonly [number, number] => {
  const z = NORMAL_95;
  const share = count / of;
  const centre = share + z ** 2 / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return [(centre - reach) / scale, (centre + reach) / scale];
};

/** A run with few histories fails about once in a thousand if everything is at its bound. */
const BEYOND_DOUBT = 1e-5;

/** Whether a count this high is all but impossible if its probability is at most `bound`: the tail of the binomial distribution. */
const isTooMany = ({ count, of }: Share, bound: number): boolean => {
  let probability = (1 - bound) ** of;
  let tail = 0;
  for (let hits = 0; hits <= of; hits += 1) {
    if (hits >= count) tail += probability;
    probability *= ((of - hits) / (hits + 1)) * (bound / (1 - bound));
  }
  return tail < BEYOND_DOUBT;
};

/** Whether a share is beyond doubt above its bound, or below it with `isAtLeast`. */
export const isBeyondDoubt = (share: Share, bound: number, isAtLeast: boolean): boolean =>
  isAtLeast ? isTooMany({ ...share, count: share.of - share.count }, 1 - bound) : isTooMany(share, bound);

const percent = (share: number): string => (100 * share).toFixed(1);

/** `4.2 % (3.1–5.6)` */
export const shareText = (share: Share): string => {
  if (share.of === 0) return '–';
  const [low, high] = wilson(share);
  return `${percent(share.count / share.of)} % (${percent(low)}–${percent(high)})`;
};
