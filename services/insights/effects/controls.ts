import { type Basis, dot, extendBasis, isNew, removeProjection } from '../statistics/orthonormal.ts';

/**
 * Variation with a longer period than this, in days, is removed: holidays, weeks of rest, menstrual cycles and training blocks
 * are shared by sleep and training without one affecting the other. A cycle of 14 days needs a few cosines beyond its own.
 */
const FASTEST_CYCLE = 12;
/** Cosines take at most this share of the sessions. */
const MOST_SHARE = 0.5;
/** A year and a half has its own cosines, so that the work grows with the history, not with its square. */
const LONGEST_SEGMENT = 550;

/** Sessions in order of time. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly basis: Basis;
}

/**
 * A constant, a line and the cosines with half-periods of the whole segment down to {@link FASTEST_CYCLE} / 2: the discrete cosine
 * set that SPM removes from slow drifts (Friston et al. 2000, NeuroImage 12, 196-208).
 */
function* slowColumns(days: Float64Array): Generator<Float64Array, undefined> {
  const first = days[0] ?? 0;
  const span = (days.at(-1) ?? 0) - first + 1;
  yield new Float64Array(days.length).fill(1);
  yield days.map((day) => (day - first) / span - 0.5);
  const most = Math.min(Math.ceil((2 * span) / FASTEST_CYCLE), Math.floor(MOST_SHARE * days.length) - 2);
  for (let k = 1; k <= most; k += 1)
    yield days.map((day) => Math.cos((Math.PI * k * (day - first + 0.5)) / span));
}

const slowSegments = (days: Float64Array): Segment[] => {
  const first = days[0] ?? 0;
  const span = (days.at(-1) ?? 0) - first + 1;
  const count = Math.ceil(span / LONGEST_SEGMENT);
  const segmentOf = (day: number): number => Math.floor(((day - first) / span) * count);
  const segments: Segment[] = [];
  for (let from = 0; from < days.length; ) {
    let to = from + 1;
    while (to < days.length && segmentOf(days[to] ?? 0) === segmentOf(days[from] ?? 0)) to += 1;
    segments.push({ from, to, basis: extendBasis([], slowColumns(days.slice(from, to))) });
    from = to;
  }
  return segments;
};

/** A regression on the slow variation and other controls. */
export interface Adjustment {
  /** The number of independent controls. */
  readonly rank: number;
  /** Σ q[i] q[i - 1] over the directions q of the controls and the places i that count. */
  overlap(counts: (place: number) => boolean): number;
  /** Replaces the column by its residuals. */
  remove(column: Float64Array): void;
}

const overlapOf = (basis: Basis, counts: (place: number) => boolean, first = 0): number => {
  let sum = 0;
  for (const direction of basis)
    for (let at = 1; at < direction.length; at += 1)
      if (counts(first + at)) sum += (direction[at] ?? 0) * (direction[at - 1] ?? 0);
  return sum;
};

/** The slow variation of sessions on `days`, in order. */
export const slowVariation = (days: Float64Array): Adjustment => {
  const segments = slowSegments(days);
  return {
    rank: segments.reduce((sum, { basis }) => sum + basis.length, 0),
    overlap: (counts) => segments.reduce((sum, { from, basis }) => sum + overlapOf(basis, counts, from), 0),
    remove: (column) => {
      for (const { from, to, basis } of segments) removeProjection(basis, column.subarray(from, to));
    },
  };
};

/** Adds controls to an adjustment. */
export const adjustedFor = (inner: Adjustment, columns: readonly Float64Array[]): Adjustment => {
  const residuals = columns.flatMap((column) => {
    const residual = column.slice();
    inner.remove(residual);
    return isNew(residual, column) ? [residual] : [];
  });
  const basis = extendBasis([], residuals);
  return {
    rank: inner.rank + basis.length,
    overlap: (counts) => inner.overlap(counts) + overlapOf(basis, counts),
    remove: (column) => {
      inner.remove(column);
      removeProjection(basis, column);
    },
  };
};

/** How many standard errors the slow variation must differ from its median to be a level of its own. */
const LEVEL_ERRORS = 2.4;

/**
 * Periods in which the slow variation of a measure stands out, one column each. A week of rest begins and ends within a day,
 * faster than the cosines, so what they leave of it at both ends would still be shared. The periods come from the slow variation
 * only, which is independent of what is tested.
 */
export const levelColumns = (values: Float64Array, slow: Adjustment): Float64Array[] => {
  const n = values.length;
  const rest = values.slice();
  slow.remove(rest);
  const level = values.map((value, at) => value - (rest[at] ?? 0));
  const centre = level.toSorted()[n >> 1] ?? 0;
  const heights = level.map((value) => value - centre);
  const heightAt = (at: number): number => heights[at] ?? 0;
  const noise = dot(rest, rest) / Math.max(1, n - slow.rank);
  const least = LEVEL_ERRORS * Math.sqrt((noise * slow.rank) / n);
  const taken = new Uint8Array(n);
  const peaks = [...heights.keys()]
    .filter((at) => Math.abs(heightAt(at)) >= least)
    .sort((one, other) => Math.abs(heightAt(other)) - Math.abs(heightAt(one)));
  const columns: Float64Array[] = [];
  for (const peak of peaks) {
    if (taken[peak]) continue;
    const belongs = (at: number): boolean => !taken[at] && heightAt(at) / heightAt(peak) > 1 / 2;
    let [from, to] = [peak, peak + 1];
    while (from > 0 && belongs(from - 1)) from -= 1;
    while (to < n && belongs(to)) to += 1;
    taken.fill(1, from, to);
    columns.push(new Float64Array(n).fill(1, from, to));
  }
  return columns;
};
