/** Orthonormal columns of equal length. */
export type Basis = readonly Float64Array[];

export const dot = (one: Float64Array, other: Float64Array): number => {
  let sum = 0;
  const { length } = one;
  for (let at = 0; at < length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
};

/** Σ column[i] column[i - lag]. */
export const dotWithLag = (column: Float64Array, lag: number): number => {
  let sum = 0;
  for (let at = lag; at < column.length; at += 1) sum += (column[at] ?? 0) * (column[at - lag] ?? 0);
  return sum;
};

/** Subtracts from `column`, in place, its projection on the basis: what remains is the residual of a regression on it. */
export const removeProjection = (basis: Basis, column: Float64Array): void => {
  for (const direction of basis) {
    const share = dot(direction, column);
    for (let at = 0; at < column.length; at += 1)
      column[at] = (column[at] ?? 0) - share * (direction[at] ?? 0);
  }
};

/** If less than this share of a column is new, it depends on the others, and the rest is a rounding error. */
const LEAST_NEW = 1e-6;

/** Whether the residual of a column is more than a rounding error. */
export const isNew = (residual: Float64Array, column: Float64Array): boolean =>
  dot(residual, residual) > LEAST_NEW ** 2 * dot(column, column);

/** If less than this share remains, rounding errors are projected out a second time (Daniel et al. 1976). */
const LOST = 0.1;

/**
 * Adds columns to a basis by modified Gram-Schmidt. Drops those that depend on earlier ones: a rest day that never occurs, a
 * cosine over a month without training. A QR decomposition without pivoting would divide by their zero length.
 * @param columns are overwritten
 */
export const extendBasis = (basis: Basis, columns: Iterable<Float64Array>): Basis => {
  const extended = [...basis];
  for (const column of columns) {
    const whole = Math.sqrt(dot(column, column));
    removeProjection(extended, column);
    let length = Math.sqrt(dot(column, column));
    if (length < LOST * whole) {
      removeProjection(extended, column);
      length = Math.sqrt(dot(column, column));
    }
    if (length <= LEAST_NEW * whole) continue;
    for (let at = 0; at < column.length; at += 1) column[at] = (column[at] ?? 0) / length;
    extended.push(column);
  }
  return extended;
};
