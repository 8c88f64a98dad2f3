import { type AppRow, LEFT_OUT, type WeightUnit } from './app-sets.ts';

const UNITS: Readonly<Record<string, WeightUnit>> = { weight_kg: 'kg', weight_lbs: 'lb' };

/** Whether this is the header of Hevy's export (Settings, Export & Import Data): `title`, `start_time`, …, `weight_kg` or `weight_lbs`, `reps`. */
export const isHevy = (header: readonly string[]): boolean =>
  ['start_time', 'exercise_title', 'set_type', 'reps'].every((name) => header.includes(name)) &&
  Object.keys(UNITS).some((name) => header.includes(name));

/** A row of Hevy's export. `set_type` is `normal`, `warmup`, `dropset` or `failure`; the unit is in the name of the column. */
export const hevyRow = (values: Readonly<Record<string, string>>): AppRow => {
  const column = Object.keys(UNITS).find((name) => (values[name] ?? '') !== '') ?? '';
  return {
    start: values['start_time'] ?? '',
    workout: values['title'] ?? '',
    exercise: (values['exercise_title'] ?? '').trim(),
    weight: values[column] ?? '',
    unit: UNITS[column],
    reps: values['reps'] ?? '',
    leftOut: /^warm/i.test(values['set_type'] ?? '') ? LEFT_OUT.warmUp : undefined,
  };
};
