import { type AppRow, LEFT_OUT, type WeightUnit } from './app-sets.ts';

const WEIGHTS: Readonly<Record<string, WeightUnit | undefined>> = {
  weight: undefined,
  'weight (kg)': 'kg',
  'weight (lbs)': 'lb',
  'weight (lb)': 'lb',
};

const weightIn = (header: readonly string[]): string | undefined =>
  Object.keys(WEIGHTS).find((name) => header.includes(name));

/** Whether this is the header of Strong's export: `Date`, `Workout Name`, …, `Set Order`, `Weight`, `Reps`, in any of its versions. */
export const isStrong = (header: readonly string[]): boolean =>
  ['date', 'exercise name', 'set order', 'reps'].every((name) => header.includes(name)) &&
  weightIn(header) !== undefined;

/** Whether the file contains the unit of its weights. Not all versions do. */
export const strongSaysUnit = (header: readonly string[]): boolean =>
  header.includes('weight unit') || WEIGHTS[weightIn(header) ?? ''] !== undefined;

const unitCalled = (text: string): WeightUnit | undefined =>
  /^kgs?\.?$/i.test(text.trim()) ? 'kg' : /^lbs?\.?$/i.test(text.trim()) ? 'lb' : undefined;

/** `Set Order` is a number, `D` (drop set) or `F` (to failure). Anything else is not a working set. */
const kindOfOtherRow = (order: string): string | undefined => {
  const plain = order.trim();
  if (/^W\d*$/i.test(plain)) return LEFT_OUT.warmUp;
  return /^(\d+(\.0)?|[DF]\d*)$/i.test(plain) ? undefined : 'notes and timers';
};

/** @param given the unit, if the file does not contain it */
export const strongRow =
  (given: WeightUnit | undefined) =>
  (values: Readonly<Record<string, string>>): AppRow => {
    const column = weightIn(Object.keys(values)) ?? '';
    return {
      start: values['date'] ?? '',
      workout: values['workout name'] ?? '',
      exercise: (values['exercise name'] ?? '').trim(),
      weight: values[column] ?? '',
      unit: WEIGHTS[column] ?? unitCalled(values['weight unit'] ?? '') ?? given,
      reps: values['reps'] ?? '',
      leftOut: kindOfOtherRow(values['set order'] ?? ''),
    };
  };
