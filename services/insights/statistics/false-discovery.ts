/**
 * Computes for each p-value the smallest false discovery rate at which it is a discovery (Benjamini and Hochberg 1995). Same as
 * SciPy's `false_discovery_control`; no JavaScript library has it.
 */
export const falseDiscoveryRates = (ps: readonly number[]): number[] => {
  const descending = [...ps.entries()].sort(([, one], [, other]) => other - one);
  const rates = new Array<number>(ps.length).fill(1);
  let smallest = 1;
  for (const [place, [index, p]] of descending.entries()) {
    smallest = Math.min(smallest, p * (ps.length / (ps.length - place)));
    rates[index] = smallest;
  }
  return rates;
};
