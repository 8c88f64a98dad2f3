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

/**
 * As {@link falseDiscoveryRates}, but more powerful where many discoveries are real: those at a rate of `level` / (1 + `level`) do
 * not count among the tests whose discovery would be false. Without any effect, it controls the same. Benjamini, Krieger and
 * Yekutieli 2006, Biometrika 93, 491-507; `fdr_tsbky` of statsmodels.
 * @param level what is a discovery has at most this rate
 */
export const adaptiveRates = (ps: readonly number[], level: number): number[] => {
  const rates = falseDiscoveryRates(ps);
  const rest = rates.filter((rate) => rate > level / (1 + level)).length;
  return rates.map((rate) => Math.min(1, ((rate * rest) / ps.length) * (1 + level)));
};
