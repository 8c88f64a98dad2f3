/** Σ values[i] · values[i - lag]. */
const laggedProducts = (values: readonly number[], lag: number): number => {
  let sum = 0;
  for (let at = lag; at < values.length; at += 1) sum += (values[at] ?? 0) * (values[at - lag] ?? 0);
  return sum;
};

const squares = (values: readonly number[], from: number, to: number): number => {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += (values[at] ?? 0) ** 2;
  return sum;
};

/**
 * Computes the optimal block length for a circular block bootstrap of the mean of `values`: Politis and White (2004),
 * Econometric Reviews 23, 53-70, as corrected by Patton, Politis and White (2009), ibid. 28, 372-375. Same as Python's
 * `arch.bootstrap.optimal_block_length`; no JavaScript library has it. Not rounded; 0 for constant values.
 */
export const blockLength = (values: readonly number[]): number => {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centred = values.map((value) => value - mean);
  if (squares(centred, 0, n) === 0) return 0;

  // Finds the first lag that starts a run of `inARow` insignificant autocorrelations.
  const inARow = Math.max(5, Math.floor(Math.log10(n)));
  const mostLags = Math.ceil(Math.sqrt(n)) + inARow;
  const insignificant = 2 * Math.sqrt(Math.log10(n) / n);
  const isSmall = (lag: number): boolean =>
    Math.abs(laggedProducts(centred, lag)) /
      Math.sqrt(squares(centred, lag + 1, n) * squares(centred, 0, n - lag - 1)) <
    insignificant;
  let lastLarge = 0;
  let lag = 1;
  while (lag <= mostLags && lag - lastLarge <= inARow) {
    if (!isSmall(lag)) lastLarge = lag;
    lag += 1;
  }
  const firstSmall = lastLarge + 1;
  const window = lag - lastLarge > inARow ? Math.min(2 * firstSmall, mostLags) : mostLags;

  // A flat-top window over the autocovariances.
  let spectrum = squares(centred, 0, n) / n;
  let slope = 0;
  for (let k = 1; k <= window; k += 1) {
    const weight = k / window <= 1 / 2 ? 1 : 2 * (1 - k / window);
    const covariance = laggedProducts(centred, k) / n;
    spectrum += 2 * weight * covariance;
    slope += 2 * weight * k * covariance;
  }
  if (spectrum === 0) return 0;
  const longest = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3));
  return Math.min(((2 * slope ** 2) / ((4 / 3) * spectrum ** 2)) ** (1 / 3) * n ** (1 / 3), longest);
};
