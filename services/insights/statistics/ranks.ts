/**
 * Computes the rank of each value, 1 for the smallest. Ties share the mean of their ranks. simple-statistics computes ranks
 * inside `sampleRankCorrelation` but does not export them.
 */
export const midRanks = (values: readonly number[]): number[] => {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  let first = 0;
  while (first < order.length) {
    const value = values[order[first] ?? 0];
    let next = first + 1;
    while (next < order.length && values[order[next] ?? 0] === value) next += 1;
    // The mean of the ranks first + 1 … next.
    for (let at = first; at < next; at += 1) ranks[order[at] ?? 0] = (first + 1 + next) / 2;
    first = next;
  }
  return ranks;
};
