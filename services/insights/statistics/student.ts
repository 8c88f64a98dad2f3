/**
 * Computes the two-sided p of Student's t: the finite series of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, exact for whole
 * degrees of freedom. A fraction is rounded down, which makes p slightly larger. Same as SciPy's `2 * t.sf(|t|, freedom)`.
 */
export const studentP = (t: number, freedom: number): number => {
  const whole = Math.floor(freedom);
  const angle = Math.atan(Math.abs(t) / Math.sqrt(whole));
  const [sine, square] = [Math.sin(angle), Math.cos(angle) ** 2];
  const isOdd = whole % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = whole === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= whole - 2; k += 2) {
    term *= (square * (k - 1)) / k;
    sum += term;
  }
  const inside = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return Math.min(1, Math.max(Number.EPSILON, 1 - inside));
};

/** The t whose two-sided p is `p`, to 6 digits. */
export const studentQuantile = (p: number, freedom: number): number => {
  let [low, high] = [0, 1];
  while (studentP(high, freedom) > p) high *= 2;
  for (let step = 0; step < 40 && high - low > 1e-7 * high; step += 1) {
    const middle = (low + high) / 2;
    if (studentP(middle, freedom) > p) low = middle;
    else high = middle;
  }
  return high;
};
