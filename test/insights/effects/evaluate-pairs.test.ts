import { mean } from 'simple-statistics';
import { createEvaluator } from '../../../services/insights/effects/evaluate-pairs.ts';
import type { Column, Pair } from '../../../services/insights/effects/pairs.ts';
import { dayAt, normalsFrom } from '../histories.ts';

const SESSIONS = 120;
const EVERY_OTHER_DAY = Array.from({ length: SESSIONS }, (_, at) => dayAt(2 * at));
const PAIRS = 400;

const noiseOf = (normal: () => number): Column => Float64Array.from(EVERY_OTHER_DAY, normal);
const previous = (column: Column): Column => column.map((_, at) => column[at - 1] ?? Number.NaN);
const pairOf = (x: Column, y: Column, controls: readonly Column[], isEcho: boolean): Pair => ({
  name: { sleep_metric: 'hrv', training_metric: 'volume_load', lag_days: 0 },
  ...{ x, y, controls, echoes: EVERY_OTHER_DAY.map(() => isEcho) },
});

/** The mean of t² over {@link PAIRS} pairs of unrelated noise. */
const meanSquare = (controlsOf: (x: Column, y: Column) => readonly Column[]): number => {
  const normal = normalsFrom(11);
  const evaluate = createEvaluator(EVERY_OTHER_DAY);
  let sum = 0;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const [x, y] = [noiseOf(normal), noiseOf(normal)];
    const { effect } = evaluate(pairOf(x, y, controlsOf(x, y), true));
    if (effect === undefined) throw new Error('the pair was not tested');
    sum += effect.t ** 2;
  }
  return sum / PAIRS;
};

// About 1, with a standard error of √(2 / 400) = 0.07. Without the correction, 1.27 with both.
test.each([
  ['the later measure', (_: Column, y: Column) => [previous(y)]],
  ['both measures', (x: Column, y: Column) => [previous(x), previous(y)]],
])('t has its usual spread if the previous values of %s are controls', (_, controlsOf) => {
  expect(Math.abs(meanSquare(controlsOf) - 1)).toBeLessThan(0.12);
});

test('a week of rest that both measures share is no effect', () => {
  const normal = normalsFrom(3);
  const columnWithRest = (): Column =>
    Float64Array.from(EVERY_OTHER_DAY, (_, at) => (at % 15 < 3 ? 3 : 0) + normal());
  const evaluate = createEvaluator(EVERY_OTHER_DAY);
  const ts = Array.from({ length: 100 }, () => {
    const { effect } = evaluate(pairOf(columnWithRest(), columnWithRest(), [], false));
    return effect?.t ?? Number.NaN;
  });
  // The standard error is 0.1.
  expect(Math.abs(mean(ts))).toBeLessThan(0.3);
});
