import { createHmac, timingSafeEqual } from 'node:crypto';

/** Returns whether two texts of any length are equal, in a time that does not depend on where they differ. */
export const isSameSecret = (given: string, expected: string): boolean => {
  const hash = (text: string) => createHmac('sha256', expected).update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
};
