/** Counts the reasons, the most frequent first: `180 not_worn, 3 not_synced`. */
export const reasonCounts = (reasons: readonly string[]): string =>
  [...Map.groupBy(reasons, (reason) => reason)]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([reason, same]) => `${same.length} ${reason}`)
    .join(', ');
