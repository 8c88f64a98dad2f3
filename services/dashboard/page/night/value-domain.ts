/** The least span of the axis, so that a constant curve is not magnified. */
const LEAST_SPAN = 10;

/** From the lowest to the highest value, with some space, and at least {@link LEAST_SPAN}. */
export const valueDomain = (values: readonly number[]): [number, number] => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const space = Math.max(1, (LEAST_SPAN - (high - low)) / 2);
  return [low - space, high + space];
};
