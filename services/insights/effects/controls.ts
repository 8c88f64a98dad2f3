import { type Basis, dotWithLag, extendBasis, isNew, removeProjection } from '../statistics/orthonormal.ts';

/**
 * Variation with a longer period than this, in days, is removed: holidays, weeks of rest, menstrual cycles and training blocks
 * are shared by sleep and training without one affecting the other. A cycle of 14 days needs a few cosines beyond its own.
 */
const FASTEST_CYCLE = 12;
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
 * set that SPM removes from slow drifts (Friston et al. 2000, NeuroImage 12, 196-208). All of them, even if few sessions remain
 * for the effect: a cycle of two weeks looks like one in every history of two sessions a week that leaves some out.
 */
function* slowColumns(days: Float64Array): Generator<Float64Array, undefined> {
  const first = days[0] ?? 0;
  const span = (days.at(-1) ?? 0) - first + 1;
  yield new Float64Array(days.length).fill(1);
  yield days.map((day) => (day - first) / span - 0.5);
  for (let k = 1; k <= Math.ceil((2 * span) / FASTEST_CYCLE); k += 1)
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

/** A regression on some controls. */
export interface Removal {
  /** The number of independent controls. */
  readonly rank: number;
  /** Σ q[i] q[i - lag] over the directions q of the controls. */
  overlap(lag: number): number;
  /** Replaces the column by its residuals. */
  remove(column: Float64Array): void;
}

const removalOf = (segments: readonly Segment[]): Removal => ({
  rank: segments.reduce((sum, { basis }) => sum + basis.length, 0),
  overlap: (lag) =>
    segments.reduce(
      (sum, { basis }) => sum + basis.reduce((of, direction) => of + dotWithLag(direction, lag), 0),
      0,
    ),
  remove: (column) => {
    for (const { from, to, basis } of segments) removeProjection(basis, column.subarray(from, to));
  },
});

/** The slow variation of sessions. */
export interface SlowVariation extends Removal {
  readonly segments: readonly Segment[];
}

/** The slow variation of sessions on `days`, in order. */
export const slowVariation = (days: Float64Array): SlowVariation => {
  const segments = slowSegments(days);
  const { overlap, ...removal } = removalOf(segments);
  const known = new Map<number, number>();
  return {
    ...{ segments, ...removal },
    overlap: (lag) => {
      const sum = known.get(lag) ?? overlap(lag);
      known.set(lag, sum);
      return sum;
    },
  };
};

/** The residuals of a measure; `undefined` if only rounding errors remain. */
export const residualsOf = (values: Float64Array, removal: Removal): Float64Array | undefined => {
  const rest = values.slice();
  removal.remove(rest);
  return isNew(rest, values) ? rest : undefined;
};

/** Levels of their own for some sessions, in each segment, without their slow variation. */
export type Levels = readonly (readonly Float64Array[])[];

/** A regression on the slow variation, levels and other controls. */
export interface Adjustment extends Removal {
  /** Replaces the residuals of the slow variation by those of all controls. */
  removeOthers(rest: Float64Array): void;
  /** Adds controls. */
  with(columns: readonly Float64Array[]): Adjustment;
  /** Adds controls whose slow variation has been removed. */
  withRests(rests: readonly Float64Array[]): Adjustment;
}

const adjustment = (slow: SlowVariation, levels: Removal, basis: Basis): Adjustment => {
  const others = removalOf([{ from: 0, to: Number.POSITIVE_INFINITY, basis }]);
  const removeOthers = (rest: Float64Array): void => {
    levels.remove(rest);
    others.remove(rest);
  };
  const withRests: Adjustment['withRests'] = (rests) =>
    adjustment(
      slow,
      levels,
      extendBasis(
        basis,
        rests.flatMap((rest) => residualsOf(rest, levels) ?? []),
      ),
    );
  return {
    rank: slow.rank + levels.rank + others.rank,
    overlap: (lag) => slow.overlap(lag) + levels.overlap(lag) + others.overlap(lag),
    remove: (column) => {
      slow.remove(column);
      removeOthers(column);
    },
    removeOthers,
    with: (columns) => withRests(columns.flatMap((column) => residualsOf(column, slow) ?? [])),
    withRests,
  };
};

/** The slow variation and the levels of both measures. Levels stay in their segment, which keeps long histories fast. */
export const adjustmentFor = (slow: SlowVariation, ...levels: readonly Levels[]): Adjustment => {
  const segments = slow.segments.map(({ from, to }, at) => ({
    ...{ from, to },
    basis: extendBasis(
      [],
      levels.flatMap((those) => (those[at] ?? []).map((column) => column.slice())),
    ),
  }));
  return adjustment(slow, removalOf(segments), []);
};
