import { type CentreAndSpread, centreAndSpread } from '../statistics/robust.ts';
import { SortedValues } from '../statistics/sorted-values.ts';
import type { Point } from './usual-range.ts';

// Destructured once: under Jest each access to a global goes through the test's context, and there are millions.
const { abs, floor, max } = Math;

/** Four weeks before a change, and the two weeks after it; both weeks must be at the new level. */
const BEFORE_DAYS = 28;
const WEEK_DAYS = 7;
const FEWEST = { before: 14, week: 4 };
/** In spreads. A smaller shift hardly changes which nights are rare. */
const LEAST_SHIFT = 2;

/** The values of the days from `day` + `from` to `day` + `to`, for rising days. */
const movingWindow = (points: readonly Point[], from: number, to: number) => {
  const sorted = new SortedValues(to - from + 1);
  let first = 0;
  let next = 0;
  return (day: number): SortedValues => {
    for (let point = points[next]; point && point.day <= day + to; point = points[next]) {
      sorted.add(point.scaled);
      next += 1;
    }
    for (let point = points[first]; first < next && point && point.day < day + from; point = points[first]) {
      sorted.remove(point.scaled);
      first += 1;
    }
    return sorted;
  };
};

/**
 * By how much a week is above `centre`, negative if below: its median, if five of its seven nights are shifted at least half as
 * much, otherwise 0.
 */
const shiftOf = (sorted: SortedValues, { centre, spread }: CentreAndSpread): number => {
  const shift = centreAndSpread(sorted).centre - centre;
  const leftOut = floor((2 * sorted.length) / 7);
  const most = sorted.at(shift > 0 ? leftOut : sorted.length - 1 - leftOut) - centre;
  return abs(shift) >= LEAST_SHIFT * spread && most / shift >= 1 / 2 ? shift : 0;
};

const meanOf = (sorted: SortedValues): number => {
  let sum = 0;
  for (let at = 0; at < sorted.length; at += 1) sum += sorted.at(at);
  return sum / sorted.length;
};

/**
 * Finds the first nights at a new level that lasted, as with a new ring: both of the next two
 * weeks are on the same side of the four weeks before by at least two spreads. An illness of up to nine nights does not last so
 * long. Of neighbouring candidates, the change is the night with the
 * largest difference between the two weeks before and after it.
 * @param points of one metric, in order of day
 * @returns day numbers, in order
 */
export const newLevels = (points: readonly Point[]): number[] => {
  const windows = {
    before: movingWindow(points, -BEFORE_DAYS, -1),
    fortnight: movingWindow(points, -2 * WEEK_DAYS, -1),
    first: movingWindow(points, 0, WEEK_DAYS - 1),
    second: movingWindow(points, WEEK_DAYS, 2 * WEEK_DAYS - 1),
  };
  const found: { day: number; step: number }[] = [];
  for (const { day, resolution } of points) {
    const before = windows.before(day);
    const fortnight = windows.fortnight(day);
    const first = windows.first(day);
    const second = windows.second(day);
    if (before.length < FEWEST.before || first.length < FEWEST.week || second.length < FEWEST.week) continue;
    const { centre, spread } = centreAndSpread(before);
    const usual = { centre, spread: max(spread, resolution) };
    if (shiftOf(first, usual) * shiftOf(second, usual) <= 0) continue;
    const step = abs((meanOf(first) + meanOf(second)) / 2 - meanOf(fortnight));
    const last = found.at(-1);
    if (last === undefined || day - last.day > WEEK_DAYS) found.push({ day, step });
    else if (step > last.step) found[found.length - 1] = { day, step };
  }
  return found.map(({ day }) => day);
};
