/** Neighbours on each side for the local mean: three weeks each way with four sessions a week. */
const NEIGHBOURS = 12;
/** The mean of a weekday with this many values is halved. */
const SHRINKAGE = 2;

/** Values as deviations from the local mean and from the weekday's mean. */
export interface Deviations {
  readonly values: readonly number[];
  /** Remaining degrees of freedom, for standard errors. */
  readonly freedom: number;
}

/**
 * Subtracts from `values` (in time order) the mean of 12 neighbours on each side and the value itself, and then the mean of the
 * weekday, shrunk towards 0 for rare weekdays. Without this, two series that both grow over months, or both change on weekends,
 * would appear related.
 * @param weekdays the weekday of each value, 0-6
 */
export const detrend = (values: readonly number[], weekdays: readonly number[]): Deviations => {
  const n = values.length;
  const before = new Float64Array(n + 1);
  for (let at = 0; at < n; at += 1) before[at + 1] = (before[at] ?? 0) + (values[at] ?? 0);
  let freedom = n;
  const fromNeighbours = values.map((value, at) => {
    const first = Math.max(0, at - NEIGHBOURS);
    const next = Math.min(n, at + NEIGHBOURS + 1);
    // A row of (identity - smoother) has a squared norm of 1 - 1 / width.
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
  // Likewise: c rows with a squared norm of 1 - 2 / (c + s) + c / (c + s)^2.
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
