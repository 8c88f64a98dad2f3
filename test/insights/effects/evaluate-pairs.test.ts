import { mean } from 'simple-statistics';
import { createEvaluator } from '../../../services/insights/effects/evaluate-pairs.ts';
import type { Column, Pair } from '../../../services/insights/effects/pairs.ts';
import { dayAt, normalsFrom } from '../histories.ts';

const SESSIONS = 120;
const EVERY_OTHER_DAY = Array.from({ length: SESSIONS }, (_, at) => dayAt(2 * at));
const PAIRS = 400;

/** An autoregression with the standard deviation 1. */
const noiseOf = (normal: () => number, memory: number): Column => {
  let value = normal();
  return Float64Array.from(EVERY_OTHER_DAY, () => {
    value = memory * value + Math.sqrt(1 - memory ** 2) * normal();
    return value;
  });
};
const previous = (column: Column): Column => column.map((_, at) => column[at - 1] ?? Number.NaN);
const pairOf = (x: Column, y: Column, controls: readonly Column[], isEcho: boolean): Pair => ({
  name: { sleep_metric: 'hrv', training_metric: 'volume_load', lag_days: 0 },
  ...{ x, y, controls, echoes: EVERY_OTHER_DAY.map(() => isEcho) },
});

/** The mean of t² over {@link PAIRS} pairs of unrelated noise. */
const meanSquare = ({ x: memoryOfX, y: memoryOfY, isOwn }: Memories): number => {
  const normal = normalsFrom(11);
  const evaluate = createEvaluator(EVERY_OTHER_DAY, 'sleep_to_training');
  let sum = 0;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const [x, y] = [noiseOf(normal, memoryOfX), noiseOf(normal, memoryOfY)];
    const controls = [previous(y), ...(isOwn ? [previous(x)] : [])];
    const { effect } = evaluate(pairOf(x, y, controls, true));
    if (effect === undefined) throw new Error('the pair was not tested');
    sum += effect.t ** 2;
  }
  return sum / PAIRS;
};

/** Of both measures, and whether the previous x is a control, too. */
interface Memories {
  readonly x: number;
  readonly y: number;
  readonly isOwn: boolean;
}

// The standard error is √(2 / 400) = 0.07.
test.each<Memories>([
  { x: 0, y: 0, isOwn: false },
  { x: 0, y: 0, isOwn: true },
  { x: 0.6, y: 0, isOwn: false },
  { x: 0, y: 0.6, isOwn: false },
  { x: 0.6, y: 0.6, isOwn: false },
  { x: 0.6, y: 0.6, isOwn: true },
])(
  'with the previous y as a control, t has its usual spread: memories $x and $y, previous x $isOwn',
  (memories) => {
    // White's error, if it is the larger one, makes it a tenth smaller.
    expect(Math.abs(meanSquare(memories) - 0.88)).toBeLessThan(0.12);
  },
);

test('weeks of rest that both measures share are no effect', () => {
  const normal = normalsFrom(3);
  // A week of rest after four or five of training, in sessions.
  const isRest = EVERY_OTHER_DAY.map((_, at) => at % 18 < 4);
  const columnWithRest = (): Column => Float64Array.from(isRest, (rest) => (rest ? 3 : 0) + normal());
  const evaluate = createEvaluator(EVERY_OTHER_DAY, 'sleep_to_training');
  const ts = Array.from({ length: 100 }, () => {
    const { effect } = evaluate(pairOf(columnWithRest(), columnWithRest(), [], false));
    return effect?.t ?? Number.NaN;
  });
  // The standard error is 0.1.
  expect(Math.abs(mean(ts))).toBeLessThan(0.3);
});
