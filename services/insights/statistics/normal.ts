// Constants, because the approximation in simple-statistics' `probit` is wrong in the third digit (1.957 for 0.975).

/** The 97.5 % quantile of the normal distribution: half the width of a 95 % interval, in standard errors. */
export const NORMAL_95 = 1.959963984540054;

/** 1 / the 75 % quantile. Scales a median absolute deviation to the standard deviation of normal values. */
export const NORMAL_MAD = 1.482602218505602;
