// Constants, because the approximation in simple-statistics' `probit` is wrong in the third digit (1.957 for 0.975).

/** The 97.5 % quantile of the normal distribution: half the width of a 95 % interval, in standard errors. */
export const NORMAL_95 = 1.959963984540054;

/** 1 / the 75 % quantile. Scales a median absolute deviation to the standard deviation of normal values. */
export const NORMAL_MAD = 1.482602218505602;

/**
 * The 97.5 % quantile of Student's t with `freedom` degrees of freedom. Expansion in 1 / freedom from Abramowitz and Stegun
 * (1964), 26.7.5. The error is below 0.005 for `freedom` of 4 or more.
 */
export const student95 = (freedom: number): number => {
  const z = NORMAL_95;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3) +
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92_160 * freedom ** 4)
  );
};
