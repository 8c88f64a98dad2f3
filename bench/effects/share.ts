/** How often something happened, and what that says about its probability. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export const shareOf = <Item>(items: readonly Item[], holds: (item: Item) => boolean): Share => ({
  count: items.filter(holds).length,
  of: items.length,
});

/** Quantiles of the normal distribution for two-sided intervals. */
export const CONFIDENCE = { usual: 1.959963984540054, beyondDoubt: 3.290526731491926 };

/** The score interval of Wilson (1927), J. Am. Stat. Assoc. 22, 209-212. */
export const wilson = ({ count, of }: Share, z = CONFIDENCE.usual): readonly [number, number] => {
  const share = count / of;
  const centre = share + z ** 2 / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return [(centre - reach) / scale, (centre + reach) / scale];
};

const percent = (share: number): string => (100 * share).toFixed(1);

/** `4.2 % (3.1–5.6)` */
export const shareText = (share: Share): string => {
  if (share.of === 0) return '–';
  const [low, high] = wilson(share);
  return `${percent(share.count / share.of)} % (${percent(low)}–${percent(high)})`;
};
