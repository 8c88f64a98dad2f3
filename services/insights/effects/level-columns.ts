import { isNew, removeProjection } from '../statistics/orthonormal.ts';
import type { Levels, SlowVariation } from './controls.ts';
import { slowVariance } from './memory.ts';

/** What a measure is of. */
export type Kind = 'sleep' | 'training';

/**
 * How many standard errors the slow variation must differ from its median to be more than the memory of the measure. A week of rest
 * is planned, so it is clearer in training, and each level that is none costs power.
 */
const LEVEL_ERRORS: Readonly<Record<Kind, number>> = { training: 2, sleep: 2.6 };

/** The values of some sessions, and the same without their slow variation. */
export interface Measure {
  readonly values: Float64Array;
  readonly rest: Float64Array;
}

/** The ends of runs of sessions. */
type Run = readonly [from: number, to: number];

/** How many sessions an end can be away from where the slow variation crosses half of its height. */
const REACH = 1;

/** Moves the ends of a run to where the level explains most of the values. */
const sharpened = ([from, to]: Run, values: Float64Array, centre: number, taken: Uint8Array): Run => {
  let best: Run = [from, to];
  let most = 0;
  for (let first = Math.max(0, from - REACH); first <= from + REACH; first += 1)
    for (let next = Math.max(first + 1, to - REACH); next <= Math.min(values.length, to + REACH); next += 1) {
      if (taken.subarray(first, next).includes(1)) continue;
      const sum = values.subarray(first, next).reduce((total, value) => total + value - centre, 0);
      const explained = sum ** 2 / (next - first);
      if (explained <= most) continue;
      most = explained;
      best = [first, next];
    }
  return best;
};

/** Runs in which the slow variation of a measure stands out. */
const outstandingRuns = (
  { values, rest }: Measure,
  slow: SlowVariation,
  memory: number,
  kind: Kind,
): Run[] => {
  const n = values.length;
  const level = values.map((value, at) => value - (rest[at] ?? 0));
  const centre = level.toSorted()[n >> 1] ?? 0;
  const heights = level.map((value) => value - centre);
  const heightAt = (at: number): number => heights[at] ?? 0;
  const least = LEVEL_ERRORS[kind] * Math.sqrt(slowVariance(rest, slow, memory));
  const taken = new Uint8Array(n);
  const peaks = [...heights.keys()]
    .filter((at) => Math.abs(heightAt(at)) >= least)
    .sort((one, other) => Math.abs(heightAt(other)) - Math.abs(heightAt(one)));
  const runs: Run[] = [];
  for (const peak of peaks) {
    if (taken[peak]) continue;
    const belongs = (at: number): boolean => !taken[at] && heightAt(at) / heightAt(peak) > 1 / 2;
    let [from, to] = [peak, peak + 1];
    while (from > 0 && belongs(from - 1)) from -= 1;
    while (to < n && belongs(to)) to += 1;
    const [first, next] = sharpened([from, to], values, centre, taken);
    taken.fill(1, first, next);
    runs.push([first, next]);
  }
  return runs;
};

/**
 * Periods in which the slow variation of a measure stands out, one column each, if its memory does not explain it. A week of rest
 * begins and ends within a day, faster than the cosines, so what they leave of it at both ends would still be shared. The slow
 * variation finds the periods, because it is independent of what is tested. Only their ends are moved by a session, to where the
 * values change.
 */
export const levelColumns = (measure: Measure, slow: SlowVariation, memory: number, kind: Kind): Levels => {
  const runs = outstandingRuns(measure, slow, memory, kind);
  return slow.segments.map(({ from, to, basis }) =>
    runs.flatMap(([first, next]) => {
      if (next <= from || first >= to) return [];
      const column = new Float64Array(to - from).fill(1, Math.max(0, first - from), next - from);
      const rest = column.slice();
      removeProjection(basis, rest);
      return isNew(rest, column) ? [rest] : [];
    }),
  );
};
