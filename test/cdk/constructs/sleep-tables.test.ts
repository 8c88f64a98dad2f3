import { synthesize } from '../../../cdk/synthesize.ts';

const t0 = performance.now();
const { Resources } = synthesize();
console.log(performance.now() - t0);

test('keeps the tables', () => {
  expect(Resources['OuraSleepTable']?.DeletionPolicy).toBe('Retain');
});
