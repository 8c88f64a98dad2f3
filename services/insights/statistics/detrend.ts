/** How many neighbours on either side say what is usual at the time: with four sessions a week, three weeks each way. */
const NEIGHBOURS = 12;
/** A weekday that was seen as often as this counts half. */
const SHRINKAGE = 2;

/** Values as deviations from what is usual at the time and on the weekday. */
export interface Deviations {
  readonly values: readonly number[];
  /** How many of the values are still free to vary: what a standard error has to be divided by. */
  readonly freedom: number;
}

/**
 * `values`, in time order, as deviations from the mean of their neighbours (12 on either side, itself included) and then from
 * the mean of their weekday, that of a rare weekday drawn towards 0. Two series that both grow over the months, or both
 * have their weekends, are not related for that alone.
 * @param weekdays the weekday of each value, 0-6
 */
export const againstUsual = (values: readonly number[], weekdays: readonly number[]): Deviations => {
  const n = values.length;
  const before = new Float64Array(n + 1);
  for (let at = 0; at < n; at += 1) before[at + 1] = (before[at] ?? 0) + (values[at] ?? 0);
  let freedom = n;
  const fromNeighbours = values.map((value, at) => {
    const first = Math.max(0, at - NEIGHBOURS);
    const next = Math.min(n, at + NEIGHBOURS + 1);
    // A row of (identity - smoother) has the squared length 1 - 1 / width.
    freedom -= 1 / (next - first);
    return value - ((before[next] ?? 0) - (before[first] ?? 0)) / (next - first);
  });
  const sums = new Float64Array(7);
  const counts = new Float64Array(7);
  for (const [at, value] of fromNeighbours.entries()) {
    const weekday = weekdays[at] ?? 0;
    sums[weekday] = (sums[weekday] ?? 0) + value;
    counts[weekday] = (counts[weekday] ?? 0) + 1;
  }
  // Likewise: c rows of squared length 1 - 2 / (c + s) + c / (c + s)^2.
  for (const count of counts) {
    freedom -= (count * (count + 2 * SHRINKAGE)) / (count + SHRINKAGE) ** 2;
  }
  const deviations = fromNeighbours.map((value, at) => {
    const weekday = weekdays[at] ?? 0;
    return value - (sums[weekday] ?? 0) / ((counts[weekday] ?? 0) + SHRINKAGE);
  });
  const mean = deviations.reduce((sum, value) => sum + value, 0) / n;
  return { values: deviations.map((value) => value - mean), freedom };
};
